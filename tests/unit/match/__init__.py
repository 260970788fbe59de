"""How match decides, without a store."""
