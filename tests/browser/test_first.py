def test_x(window, gallery):
    for w in (390, 1360):
        eye = window(w, gallery(str(w)))
        bad = []
        for name, path in [("home","/"),("services","/services/"),("service","/services/elec-intro/"),("guides","/guides/"),("search","/search/?q=انشعاب برق"),("print","/services/print/"),("login","/accounts/login/"),("track","/track/"),("verify","/verify/"),("sms","/dev/sms/"),("looks","/dev/looks/")]:
            eye.goto(path)
            try: eye.look(name)
            except AssertionError as e: bad.append(str(e))
        with eye.expecting(404):
            eye.goto("/nothing-here/")
            try: eye.look("404")
            except AssertionError as e: bad.append(str(e))
        print("\n".join(bad))
