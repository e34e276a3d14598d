"""Tags and folders: what an organization sorts its templates, processes and tasks by."""
