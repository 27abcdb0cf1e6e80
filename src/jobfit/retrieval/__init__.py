"""Dense and lexical retrieval, their fusion, and the corpus they search."""
