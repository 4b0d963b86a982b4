"""Which web addresses are dead: addresses, manners, asking one and all, findings, state, report."""
