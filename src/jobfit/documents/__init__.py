"""Records to text: templates, and the masking of what no encoder or index may read."""
