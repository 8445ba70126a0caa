from django.urls import reverse

def test_all(desk, shop, world):
    a = shop.ask_repair(at=shop.after(-1))
    b = shop.ask_repair(title="Dwa", by=world.lucia, language="es")
    r = desk.of("ana").get(reverse("desk:my_day"))
    assert r.status_code == 200
    print(r.content.decode())
    from clientela.requests import actions
    actions.take_request(by=world.ana, at=world.at, request_id=a.id)
    shop.ask_workshop(a.id)
    actions.promise_to_customer(by=world.ana, at=world.at, request_id=b.id, words="Call", due_at=shop.after(3))
    r = desk.of("ana").get(reverse("desk:my_day"))
    print(r.content.decode().split("<main")[1])
    print(desk.page("ana", a).split("<main")[1])
    print(desk.of("ana").get(reverse("desk:requests")).content.decode().split("<main")[1])
    print(desk.of("ana").get(reverse("desk:requests")+"?q=pralka").content.decode().split("<main")[1])
    assert 0
