"""The words for the code lists, German first, English second: one module for each noun the lists speak of."""
