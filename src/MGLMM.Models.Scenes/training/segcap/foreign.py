"""What people ask in other languages: the model is to say that it does not know the word, whatever it means."""

#: Language: nouns with their articles where there are any ("article|noun", or the noun alone), colours, and sentences to ask with.
TRAINED_LANGUAGES = {
    "German": ("der|Hund die|Katze das|Haus der|Baum das|Auto die|Blume der|Ball das|Boot die|Sonne der|Mond die|Wolke das|Kind die|Frau der|Mann das|Pferd die|Kuh der|Tisch "
               "der|Stuhl das|Bett die|Lampe der|Vogel das|Fahrrad der|Zaun das|Fenster die|Tür das|Dach die|Tiere die|Leute alle|Menschen die|Bäume die|Häuser Fahrzeuge Möbel Pflanzen "
               "der|Himmel das|Wasser die|Straße die|Berge das|Flugzeug der|Hase der|Apfel die|Tasse das|Buch ein|Hund eine|Katze ein|Haus beide|Autos",
               "rote grüne blaue gelbe weiße schwarze braune", ("Wo ist {x}?", "Bitte zeige mir {x}.", "Finde {x}.", "Zeig mir {x}, bitte.", "Markiere {x}.", "Siehst du {x}?", "Ich suche {x}.")),
    "French": ("le|chien la|maison le|chat la|voiture la|fleur le|ballon le|bateau le|soleil la|lune la|femme les|enfants la|fille le|garçon le|cheval la|vache la|table la|chaise le|lit "
               "la|lampe les|oiseaux le|vélo la|fenêtre la|porte le|toit les|animaux les|gens les|arbres les|maisons le|ciel la|route les|montagnes le|lapin la|pomme la|tasse le|livre un|chien une|maison "
               "tous|les nuages des|fleurs", "rouge vert bleu jaune blanche noir", ("Où est {x} ?", "Montre-moi {x}.", "Trouve {x}.", "Segmente {x}, s'il te plaît.", "Je cherche {x}.", "Voyez-vous {x} ?")),
    "Spanish": ("el|perro la|casa el|gato el|coche la|flor la|pelota el|barco el|sol la|luna la|mujer los|niños la|niña el|hombre el|caballo la|vaca la|mesa la|silla la|cama la|lámpara "
                "los|pájaros la|bicicleta la|ventana la|puerta el|tejado los|animales las|personas los|árboles las|casas el|cielo el|agua la|calle las|montañas el|conejo la|manzana la|taza el|libro un|perro "
                "una|casa todas|personas", "rojo verde azul amarillo blanca negro", ("¿Dónde está {x}?", "Muéstrame {x}.", "Encuentra {x}.", "Segmenta {x}, por favor.", "Busco {x}.", "¿Ves {x}?")),
    "Italian": ("il|cane la|casa il|gatto la|macchina il|fiore la|palla la|barca il|sole la|luna la|donna i|bambini il|cavallo la|mucca il|tavolo la|sedia il|letto gli|uccelli la|bicicletta la|finestra "
                "la|porta il|tetto gli|animali le|persone gli|alberi le|case il|cielo la|strada le|montagne il|coniglio la|mela la|tazza un|cane una|casa", "rosso verde blu giallo bianca nero",
                ("Dov'è {x}?", "Mostrami {x}.", "Trova {x}.", "Segmenta {x}, per favore.", "Cerco {x}.")),
    "Dutch": ("de|hond het|huis de|kat de|boom de|auto de|bloem de|bal de|boot de|zon de|maan de|vrouw het|kind de|man het|paard de|koe de|tafel de|stoel de|vogel de|fiets het|raam de|deur "
              "het|dak de|dieren de|mensen de|bomen de|huizen de|lucht het|water de|weg de|bergen het|konijn de|appel het|boek een|hond", "rode groene blauwe gele witte zwarte",
              ("Waar is {x}?", "Laat me {x} zien.", "Zoek {x}.", "Markeer {x}, alsjeblieft.")),
    "Portuguese": ("o|cão a|casa o|gato o|carro a|flor a|bola o|barco o|sol a|lua a|mulher as|crianças o|cavalo a|vaca a|mesa a|cadeira a|cama os|pássaros a|bicicleta a|janela a|porta o|telhado "
                   "os|animais as|pessoas as|árvores o|céu a|rua as|montanhas o|coelho a|maçã o|livro um|cachorro", "vermelho verde azul amarelo branca preto",
                   ("Onde está {x}?", "Mostre-me {x}.", "Encontre {x}.", "Segmente {x}, por favor.")),
    "Polish": ("pies kot dom drzewo samochód kwiat piłka łódka słońce księżyc kobieta dziecko mężczyzna koń krowa stół krzesło łóżko ptak rower okno drzwi dach zwierzęta ludzie drzewa domy niebo "
               "droga góry królik jabłko książka", "czerwony zielony niebieski żółty", ("Gdzie jest {x}?", "Pokaż mi {x}.", "Znajdź {x}.", "Zaznacz {x}, proszę.")),
    "Swedish": ("hunden huset katten trädet bilen blomman bollen båten solen månen kvinnan barnet mannen hästen kon bordet stolen fågeln cykeln fönstret dörren taket djuren människorna himlen "
                "vattnet vägen bergen kaninen äpplet boken", "röda gröna blåa gula", ("Var är {x}?", "Visa mig {x}.", "Hitta {x}.", "Markera {x}, tack.")),
    "Russian": ("собака дом кошка дерево машина цветок мяч лодка солнце луна женщина ребёнок мужчина лошадь корова стол стул птица окно дверь люди животные небо вода дорога", "красный синий зелёный",
                ("Где {x}?", "Покажи {x}.", "Найди {x}.")),
    "Chinese": ("狗 房子 猫 树 汽车 花 球 船 太阳 月亮 人 孩子 马 牛 桌子 椅子 鸟 自行车 窗户 门 动物 天空 水", "红色的 蓝色的", ("{x}在哪里？", "找到{x}。", "请分割{x}。")),
    "Japanese": ("犬 家 猫 木 車 花 ボール 船 太陽 月 人 子供 馬 牛 机 椅子 鳥 窓 ドア 動物 空 水", "赤い 青い", ("{x}はどこですか？", "{x}を見せてください。")),
}
HELD_OUT_LANGUAGES = {
    "Danish": ("hunden huset katten træet bilen blomsten bolden båden solen månen kvinden barnet manden hesten koen bordet stolen fuglen cyklen vinduet døren dyrene menneskerne himlen vejen bjergene æblet bogen",
               "røde grønne blå gule", ("Hvor er {x}?", "Vis mig {x}.", "Find {x}, tak.")),
    "Czech": ("pes kočka dům strom auto květina míč loď slunce měsíc žena dítě muž kůň kráva stůl židle postel pták kolo okno dveře střecha zvířata lidé stromy nebe voda silnice hory králík jablko kniha",
              "červený zelený modrý žlutý", ("Kde je {x}?", "Ukaž mi {x}.", "Najdi {x}.")),
    "Turkish": ("köpek ev kedi ağaç araba çiçek top tekne güneş ay kadın çocuk adam at inek masa sandalye yatak kuş bisiklet pencere kapı çatı hayvanlar insanlar ağaçlar gökyüzü yol dağlar tavşan elma kitap",
                "kırmızı yeşil mavi sarı", ("{x} nerede?", "Bana {x} göster.", "Lütfen {x} bul.")),
    "Greek": ("σκύλος σπίτι γάτα δέντρο αυτοκίνητο λουλούδι μπάλα βάρκα ήλιος φεγγάρι γυναίκα παιδί άλογο τραπέζι καρέκλα πουλί παράθυρο πόρτα", "κόκκινο μπλε", ("Πού είναι {x};", "Βρες {x}.")),
}
ENGLISH_LOOKING = {"man", "ball", "hand", "top", "at", "ay", "pies", "stolen", "barnet", "boot"}  # nouns that an English reader would take for another word


def phrase(language, rng):
    """(the phrase, its noun, a whole sentence with it) in a language."""
    nouns, colours, sentences = language
    article, _, noun = rng.choice(nouns.split(" ")).rpartition("|")
    if noun.lower() in ENGLISH_LOOKING:
        return phrase(language, rng)
    joined = noun if ord(noun[0]) > 0x2000 else None
    colour = rng.choice(colours.split(" ")) if rng.random() < 0.2 else None
    said = " ".join(w for w in (article, colour, noun) if w) if joined is None else (colour or "") + noun
    return said, noun, rng.choice(sentences).replace("{x}", said)
