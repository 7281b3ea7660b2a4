"""How the staff come in, and the screens of users and roles."""
