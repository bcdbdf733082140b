"""Tables for papers: a layout says which outcomes stand where, a writer for each format writes them."""
