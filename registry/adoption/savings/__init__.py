"""What organisations report that reuse saved them: stated with a source, never measured."""
