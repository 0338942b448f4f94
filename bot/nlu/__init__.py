"""Graph components of the pipeline (config.yml), one class a file, and the pure rules they stand on."""
