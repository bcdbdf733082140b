"""Results for readers: words, tables and files made from the tidy table, without computing anything anew."""
