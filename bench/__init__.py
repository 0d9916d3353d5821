"""What takes how long, against the least it could take on the same machine in the same run."""
