"""Sign-in of the staff, and the admin screens of users and roles."""
