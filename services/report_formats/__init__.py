"""Reports as files: one intermediate form with all words chosen, and one module per format that only lays it out."""
