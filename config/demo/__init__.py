"""The demo company: an invented maker of measuring machines, grown by taking the real steps under a moving clock."""
