"""PPO: `estimate` holds the formulas, `experience` draws and rates answers, `trainer` learns."""
