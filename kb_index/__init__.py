"""The knowledge base: articles in, ranked passages out. Assistant side only."""
