"""`doctor`: checks of everything between this machine and a model's answer."""
