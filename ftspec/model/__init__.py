"""Models: their facts, their tokenizers and chat templates, and loading them."""
