"""Smoke."""
def test_smoke(built_study):
    from streamlit.testing.v1 import AppTest
    at = AppTest.from_file("/work/main/app.py", default_timeout=60).run()
    for p in ("pages/recommend/for_one_user.py","pages/explore/descriptions.py","pages/recommend/new_user.py"):
        at.switch_page(p).run()
        print(p, [e.value for e in at.exception], [e.value for e in at.error], [e.value for e in at.warning], [c.value for c in at.caption][:12])
        print([b.label for b in at.button])
