"""What commands write into a project: the files of a new project, PO catalogues, paper files."""
