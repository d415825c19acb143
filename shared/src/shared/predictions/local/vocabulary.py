"""The words documents use of people, and what each makes the illustrator draw. Data; ``wording`` reads it."""

from shared.predictions.local.wording import Table

FAMILIES: Table = (
    ("robot", "robot android automaton droid mech. mechanical machine clockwork artificial ai. a.i. bot."),
    ("ghost", "ghost spirit spectre specter phantom wraith apparition poltergeist"),
    ("alien", "alien extraterrestrial martian xeno grey+alien octop squid insect mantis bee. moth. ant. slime blob"),
    (
        "human",
        "human person people man. woman. elf elven dwarf fairy faerie vampire demon orc. goblin angel mermaid merfolk",
    ),
)
"""Species to the one who draws the head; animals are looked for first."""

ANIMALS: Table = (
    ("tiger", "tiger"),
    ("lion", "lion."),
    ("leopard", "leopard jaguar cheetah lynx"),
    ("cat", "cat. cats. feline catlike cat+like cat-folk kitten tabby panther puma"),
    ("fox", "fox vulpine kitsune"),
    ("wolf", "wolf wolves lupine husky coyote werewolf jackal"),
    ("raccoon", "raccoon racoon tanuki"),
    ("badger", "badger skunk"),
    ("panda", "panda"),
    ("bear", "bear. ursine grizzly"),
    ("otter", "otter lutrine beaver seal. walrus weasel ferret marten capybara"),
    ("dog", "dog. canine hound puppy retriever spaniel terrier labrador poodle corgi"),
    ("rabbit", "rabbit hare. bunny lapine"),
    ("mouse", "mouse mice rat. rats. rodent hamster murine"),
    ("squirrel", "squirrel chipmunk"),
    ("hedgehog", "hedgehog porcupine"),
    ("koala", "koala"),
    ("monkey", "monkey ape. chimp gorilla lemur simian"),
    ("deer", "deer. stag. doe. elk. moose fawn cervine antelope"),
    ("goat", "goat. sheep ram. satyr faun lamb"),
    ("cow", "cow. bull. ox. minotaur bovine yak buffalo"),
    ("horse", "horse pony centaur unicorn equine donkey zebra"),
    ("pig", "pig. boar piglet porcine"),
    ("owl", "owl"),
    ("penguin", "penguin puffin"),
    ("bird", "bird avian crow. raven parrot eagle hawk. duck. chicken rooster pigeon heron gull sparrow finch toucan"),
    ("frog", "frog toad amphibian axolotl newt"),
    ("dragon", "dragon drake wyvern wyrm kobold"),
    ("lizard", "lizard reptil crocod alligator snake gecko chameleon dinosaur iguana"),
    ("turtle", "turtle tortoise"),
    ("fish", "fish. shark ichthy piscine"),
)

MARKERS: Table = (
    (
        "pointed",
        "elf elven elvish elfin half-elf fairy faerie fae. pixie vampire demon devil imp. pointed+ear pointy+ear",
    ),
    ("pointed", "orc. half-orc goblin troll vulcan"),
    ("horns", "horn demon devil tiefling imp. satyr minotaur oni. dragon"),
    ("antlers", "antler stag. elk."),
    ("antennae", "antenna alien insect martian bee. moth. mantis"),
    ("halo", "halo. angel seraph"),
    ("wings", "wing fairy faerie pixie angel moth."),
    ("tusks", "tusk orc. troll ogre half-orc"),
    ("fangs", "fang vampire vampir werewolf"),
    ("third eye", "third+eye three+eye three-eyed extra+eye"),
    ("circuits", "cyborg circuit cybernetic prosthetic+eye bionic half-machine augmented implant"),
    ("gills", "gill merm mermaid merfolk merman aquatic atlantean fin-ear siren. naiad amphibious"),
    ("scales", "scale scaly serpent mermaid merfolk dragonborn"),
    ("leaves", "leaf leaves dryad plant. treant ent. mossy flora vine bark."),
    ("cracks", "golem stone. rock. statue gargoyle cracked earth+elemental kintsugi"),
    ("stars", "star-skinned starry cosmic celestial constellation galaxy galactic"),
    ("spots", "spots spotted mottled dappled alien bioluminescent"),
)

HAIR_STYLES: Table = (
    ("bald", "bald. hairless no+hair none. shaved+head shaven+head clean-shaven+head"),
    ("balding", "balding receding thinning tonsure horseshoe"),
    ("floating", "float adrift weightless wind-blown windswept"),
    ("mohawk", "mohawk mohican faux+hawk"),
    ("undercut", "undercut shaved+side side-shave sidecut"),
    ("locs", "locs dreadlock dreads. dreaded locks."),
    ("braids", "braid plait cornrow"),
    ("pigtails", "pigtail bunches twin+tail twintail space+bun"),
    ("ponytail", "ponytail pony+tail topknot+tail tied+back pulled+back"),
    ("bun", "bun. chignon updo top+knot topknot beehive knot"),
    ("afro", "afro rounded+afro natural+halo"),
    ("bowl", "bowl pageboy mop."),
    ("bob", "bob lob. chin-length chin+length pixie+bob"),
    ("quiff", "quiff pompadour coif wave+in+front elvis rockabilly"),
    ("spiky", "spik tousled messy unruly wild. shaggy disheveled dishevelled bedhead"),
    ("swept", "swept slick combed+back back-combed slicked"),
    ("buzz", "buzz crew cropped+close shaved stubble military close-cropped"),
    ("tuft", "tuft crest cowlick"),
    ("curls", "short+curl curly+crop curly+short ringlet curls"),
    ("long", "long. flowing waist shoulder-length loose cascading mane curtain down+to hip-length"),
    ("crop", "crop short. pixie side+part side-part neat tidy parted fade."),
)

TEXTURES: Table = (
    ("coily", "coil kinky afro 4a 4b 4c nappy"),
    ("curly", "curl ringlet"),
    ("wavy", "wav tousled beach loose"),
    ("straight", "straight sleek blunt silky flat fine"),
)

LENGTHS: Table = (
    ("0.95", "waist hip very+long floor knee ankle"),
    ("0.6", "long flowing"),
    ("0.42", "shoulder medium mid+back collarbone"),
    ("0.26", "chin jaw. bob"),
    ("0.15", "short cropped ear"),
)

BEARDS: Table = (
    ("long", "long+beard wizard+beard flowing+beard braided+beard"),
    ("walrus", "walrus"),
    ("handlebar", "handlebar curled+moustache waxed twirled"),
    ("goatee", "goatee van+dyke soul+patch chin+beard"),
    ("chops", "sideburn mutton chops"),
    ("pencil", "pencil thin+moustache thin+mustache"),
    ("full", "full beard bearded bushy"),
    ("moustache", "moustache mustache"),
    ("stubble", "stubble shadow scruff unshaven"),
)

BUILDS_SAID: Table = (
    ("round", "round heavyset heavy plump fat. chubby portly rotund large+belly stout curvy full-figured soft+build"),
    ("stocky", "stock sturdy compact square dwarf barrel thickset short+and"),
    ("broad", "broad muscul large. big. burly athletic powerful strong hulking imposing towering heroic mighty"),
    ("slim", "slim slender thin. lean. slight willowy lanky petite delicate wiry gaunt tall skinny small."),
    ("average", "average medium normal"),
)

MARKS: Table = (
    ("freckles", "freckle"),
    ("mole", "beauty+mark mole. mole, beauty+spot"),
    ("scar", "scar. scar, scarred scars"),
)

EXPRESSIONS: Table = (
    ("laughing", "laugh joy jubilant ecstatic belly+laugh gleeful hilarious"),
    ("delighted", "delight eager excited thrilled enthusias beaming exuberant radiant"),
    ("sly", "sly. smirk mischie cunning wry. cocky playful roguish impish rogue smug charming"),
    ("amused", "amus half-smile half+smile dry+wit bemused sardonic ironic knowing"),
    ("haughty", "haught disdain aloof arrogant imperious proud regal superior contempt bored"),
    ("angry", "angry anger furious rage wrath enraged menac villain"),
    ("fierce", "fierce determined resolute intense defiant brave bold battle focused heroic steely fearless"),
    ("stern", "stern grim gruff stoic serious severe grave. brooding suspicious"),
    ("surprised", "surpris shock astonish wonder awe. awed amaze startl wide-eyed alarm"),
    ("worried", "worr anxious nervous fear afraid uneasy timid concern panic"),
    ("sad", "sad. sad, melanchol wistful sorrow mourn grief lonely longing tearful gloom pensive"),
    ("tired", "tired weary exhaust sleepy drowsy jaded world-weary"),
    ("dreamy", "dream serene peaceful tranquil meditat blissful content gentle"),
    ("shy", "shy. shy, bashful timid coy demure"),
    ("cheerful", "cheer happy smil grin warm. friendly jolly bright optimis sunny merry kind"),
    ("calm", "calm neutral composed relaxed cool. patient thoughtful curious"),
)

PRESENTATIONS: Table = (
    ("androgynous", "nonbinary non-binary enby agender genderfluid androgyn"),
    ("feminine", "female woman girl lady feminine she. queen mother sister femme witch princess actress countess"),
    ("masculine", "male. man. boy. gentleman masculine he. king. father brother masc. prince. duke"),
)

PEOPLE: Table = (("people", "woman man girl boy person lady gentleman human people"),)

BEASTLY: Table = (("beast", "animal anthro beast furry creature zoomorph"),)

AGES: Table = (
    ("0.95", "elder old. old, aged ancient eighties seventies 70s 80s 70 75 80 grand senior venerable"),
    ("0.78", "sixties 60s 60 65 late+fifties"),
    ("0.62", "fifties 50s 50 55 middle-aged middle+aged mature"),
    ("0.45", "forties 40s 40 45"),
    ("0.3", "thirties 30s 30 35 adult"),
    ("0.15", "twenties 20s 20 25 young youth teen 18 19 student"),
    ("0.05", "child kid. kid, little+girl little+boy"),
)

FACES: Table = (
    ("square", "square+jaw square-jaw strong+jaw square+face chiselled chiseled lantern+jaw"),
    ("diamond", "cheekbone angular"),
    ("round", "round+face chubby+cheek full+cheek baby+face moon+face"),
    ("long", "long+face gaunt narrow+face hollow"),
    ("heart", "heart-shaped pointed+chin small+chin"),
)

NOSES_SAID: Table = (
    ("hooked", "hooked aquiline hawk beaky roman+nose"),
    ("button", "button+nose small+nose little+nose"),
    ("snub", "snub upturned turned-up"),
    ("broad", "broad+nose wide+nose flat+nose"),
    ("bulbous", "bulbous big+nose large+nose red+nose"),
    ("long", "long+nose"),
    ("narrow", "thin+nose narrow+nose delicate+nose"),
)

OWN_SKINS: Table = (
    ("green", "orc. orcs goblin troll half-orc"),
    ("red", "demon devil tiefling oni. imp."),
    ("stone", "golem stone. statue gargoyle rock."),
    ("bark", "dryad treant plant. ent. vine"),
    ("pallid", "vampir undead zombie corpse"),
    ("sea", "mermaid merfolk merman naiad siren. atlantean aquatic"),
    ("night", "cosmic celestial star-skinned galactic"),
)

SKIN_WORDS: Table = (
    # to an index into the palette of skins
    ("0", "porcelain alabaster very+pale ghostly+pale snow"),
    ("1", "pale fair ivory rosy pink light+skin wind-reddened"),
    ("2", "light peach cream freckled"),
    ("3", "beige warm+ivory medium-light"),
    ("4", "olive golden sand wheat medium."),
    ("5", "tan tanned bronze+light honey sun-kissed amber copper"),
    ("6", "bronze caramel light+brown cinnamon"),
    ("8", "deep+warm deep+brown rich+brown dark+brown chestnut umber mahogany"),
    ("7", "brown warm+brown russet"),
    ("9", "dark deep espresso chocolate ebony"),
)

SURE_HAIR: Table = (("hair", "afro braid ponytail mohawk dreadlock bald. pigtail undercut buzzcut dreads"),)

FLOATING: Table = (("floating", "float adrift"),)

FRINGED: Table = (("fringe", "fringe bangs"),)

WHISKERS: Table = (("whiskers", "beard moustache mustache goatee stubble sideburn"),)

LONG_BEARDED: Table = (("long", "long flowing braided wizard"),)

HEAVY_BROWS: Table = (("heavy", "heavy+brow heavy+eyebrow bushy+brow bushy+eyebrow thick+brow thick+eyebrow unibrow"),)

FULL_LIPS: Table = (("full", "full+lip plump+lip"),)

GLOWING: Table = (("glowing", "glow lumin shining+light lamp ember"),)

WIDE_EYES: Table = (("wide", "large big. wide round"),)

NARROW_EYES: Table = (("narrow", "narrow small hooded squint heavy+lid almond"),)
