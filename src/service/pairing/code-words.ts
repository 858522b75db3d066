/** 256 short words that are hard to take for one another: each carries 8 bits of a pairing code. */
export const codeWords: readonly string[] = `
acorn alarm album amber anchor ankle apple apron arrow aspen atlas attic badge bagel bamboo banjo barley
basket beacon beaver bench berry bishop blanket blossom bonnet bottle boulder bracket branch bridge bronze
bucket buffalo butter button cabin cactus camel candle canyon carbon carpet castle cedar cello chalk cherry
chimney cinder circus citrus clover cobalt coffee comet copper coral cotton cousin cradle crater crystal
cushion cyclone daisy dancer dawn denim desert diamond dinner dolphin donkey dragon drizzle drummer eagle
easel echo eclipse elbow elder ember emerald engine ermine fabric falcon feather fennel ferry fiddle finger
flannel flute forest fossil fountain foxglove galaxy gallop garden garlic gazelle ginger giraffe glacier
glider goblet granite gravel guitar hammer harbor harvest hazel helmet heron hickory hollow honey hornet
hotel humble hunter igloo indigo insect island ivory jacket jaguar jasmine jelly jersey jigsaw jungle
juniper kayak kernel kettle kitten knapsack ladder lagoon lantern lark lattice laurel lemon leopard lilac
linen lizard lobster locket lotus lumber lyric magnet mango maple marble meadow melon mercury mint mirror
mitten monkey morning mosaic muffin mustard napkin nectar needle nickel nutmeg oasis oboe ocean olive onion
opal orange orchid otter oyster paddle palace panther paper parrot pebble pelican pepper piano pickle pigeon
pillow pocket pollen poppy prairie pumpkin puzzle quail quarry quilt rabbit radish raven ribbon river rocket
rosemary saddle saffron salmon sandal satin scarlet shadow shovel silver spruce stable summit sunset tailor
teapot temple thistle ticket tiger timber tomato trumpet tulip tunnel turtle umbrella valley vanilla velvet
violin walnut whisker willow window winter wizard yellow zebra
`
  .trim()
  .split(/\s+/);
