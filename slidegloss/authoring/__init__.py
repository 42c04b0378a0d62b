"""What commands write into a project: new projects, catalogues, papers."""
