"""resources/ -> model. All the YAML there is, and the only place that reads it."""
