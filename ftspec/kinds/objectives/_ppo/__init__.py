"""Proximal policy optimization for language models, on transformers and accelerate.

Schulman et al. 2017 (arXiv:1707.06347) with generalized advantages (Schulman et al. 2016, arXiv:1506.02438), as Ouyang
et al. 2022 (arXiv:2203.02155) use it: the reward of an answer stands at its last token, and every token pays for how
far it strays from the reference. `estimate` holds the formulas, `experience` draws and rates answers, `trainer` learns.
"""
