"""What `auto` stands for, one setting a file, each choice with its reason."""
