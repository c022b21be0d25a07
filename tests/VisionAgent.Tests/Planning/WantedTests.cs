using MGLMM.Planning;
using MGLMM.Planning.Requests;

namespace MGLMM.Samples.VisionAgent.Tests.Planning;

/// <summary>What noun phrases ask for.</summary>
public sealed class WantedTests
{
    [Theory]
    [InlineData("the house", "house", null, null, null, false)]
    [InlineData("the largest tree", "tree", "largest", null, null, false)]
    [InlineData("all the trees", "tree", null, null, null, true)]
    [InlineData("trees", "tree", null, null, null, true)]
    [InlineData("the second car from the left", "car", "left_to_right", 2, null, false)]
    [InlineData("the third bush from the right", "bush", "right_to_left", 3, null, false)]
    [InlineData("the tree nearest to the house", "tree", "nearest", null, "house", false)]
    [InlineData("the smallest red car", "red car", "smallest", null, null, false)]
    [InlineData("the largest one", "", "largest", null, null, false)]
    [InlineData("the people", "person", null, null, null, true)]
    [InlineData("the grass", "grass", null, null, null, false)]
    [InlineData("the bus", "bus", null, null, null, false)]
    [InlineData("benches", "bench", null, null, null, true)]
    [InlineData("the two rabbits", "rabbit", null, null, null, true)]
    [InlineData("both houses", "house", null, null, null, true)]
    [InlineData("the smaller child", "child", "smallest", null, null, false)]
    [InlineData("the tallest tree", "tree", "tallest", null, null, false)]
    [InlineData("the three largest objects", "object", "largest", null, null, false)]
    [InlineData("the biggest three objects", "object", "largest", null, null, false)]
    [InlineData("anything red on the floor", "red thing", null, null, null, true)]
    public void Words_become_a_kind_and_a_choice(string words, string label, string? order, int? nth, string? near, bool all)
    {
        Wanted wanted = Wanted.Read(words);
        Assert.Equal((label, order, nth, near, all), (wanted.Label, wanted.Order, wanted.Nth, wanted.Near, wanted.All));
    }

    [Theory]
    [InlineData("Describe the scene, then the parts of the house, and outline the largest tree.", "Describe the scene|the parts of the house|outline the largest tree")]
    [InlineData("How many trees are there and which is the largest?", "How many trees are there|which is the largest")]
    [InlineData("Could you please find the cat and the dog?", "find the cat and the dog")]
    [InlineData("Find the car. Then crop it; export it as svg", "Find the car|crop it|export it as svg")]
    [InlineData("Blur the background and keep only the two rabbits sharp", "blur everything but the two rabbits")]
    [InlineData("I wonder whether there's a dog in the picture.", "is there a dog in the picture")]
    [InlineData("Tell me what the smaller child is wearing", "what is the smaller child wearing")]
    [InlineData("Where exactly is the boat's hull?", "Where is the hull of the boat")]
    [InlineData("Which picture is on the right, and what colour is its frame?", "Which picture is on the right|what colour is the frame of it")]
    [InlineData("Which animals can you find here?", "Which animals can you find")]
    [InlineData("Mask out everything that isn't road", "Mask out everything but road")]
    [InlineData("the sails please, only the sails not the whole boat", "the sails")]
    [InlineData("Are there rabbits in this? If so, where?", "Are there rabbits|where")]
    [InlineData("Leaving out the sky and the grass, which object covers the most pixels?", "which object covers the most pixels other than the sky and the grass")]
    [InlineData("where is it, seen from the table?", "where is it relative to the table")]
    [InlineData("Which tree is in front?", "Which tree is frontmost")]
    [InlineData("Describe this picture in one or two sentences.", "Describe this picture")]
    [InlineData("How wide is the gap between the two houses, in pixels?", "How wide is the gap between the two houses")]
    [InlineData("Is the boat's hull red?", "Is the hull of the boat red")]
    [InlineData("How many pictures are there and what colour are their frames?", "How many pictures are there|what colour are the frames of them")]
    [InlineData("Two trees overlap - who's standing in front?", "Two trees overlap|who is frontmost")]
    [InlineData("Outline the house in green and its door in blue", "Outline the house in green|Outline the door of it in blue")]
    [InlineData("Are they the same size? If not, which one's larger and by how much?", "Are they the same size|which one is larger|by how much")]
    public void A_request_falls_into_clauses(string request, string clauses) => Assert.Equal(clauses.Split('|'), Clauses.Of(request));

    /// <summary>A follow-up is the request before it with another thing in it.</summary>
    [Theory]
    [InlineData("What colour is the cap of the kid on the left?", "and the other one's?", "What colour is the cap of the other kid than the kid on the left")]
    [InlineData("What colour is the door of the house with the purple roof?", "and its windows?", "What colour is the windows of the house with the purple roof")]
    [InlineData("What colour is the roof of the left house?", "and of the right one?", "What colour is the roof of the right house")]
    [InlineData("Crop the red house", "now the blue one", "Crop the blue house")]
    [InlineData("Blur the dog", "and the other?", "Blur the other dog than the dog")]
    [InlineData("Where is the cloud?", "What about the sun?", "Where is the sun")]
    [InlineData("Is the sofa left of the table?", "and the ball?", "Is the ball left of the table")]
    [InlineData("Is the sun bigger than the pink cloud?", "And than the plane?", "Is the sun bigger than the plane")]
    [InlineData("Outline the house", "and crop the tree", "crop the tree")]
    [InlineData("how many windows on the plane?", "and what colour are its wing and its tail?", "what colour are the wing of the plane and the tail of the plane")]
    [InlineData("Sing a song", "and the tree?", "the tree")]
    [InlineData("Outline the trees in blue", "Now do the same for the rabbits, but in red", "Outline the rabbits in red")]
    [InlineData("what is left of the ball?", "and what is right of it?", "what is right of the ball")]
    [InlineData("what is the rabbit doing?", "how far is it from the house?", "how far is the rabbit from the house")]
    [InlineData("What is the largest thing?", "and the second largest?", "What is the second largest thing")]
    [InlineData("Show the boat", "only the sails please", "Show the sails")]
    [InlineData("how many wheels does the car have?", "and what is their colour?", "what is the colour of them")]
    public void A_follow_up_is_made_whole(string before, string request, string clause) => Assert.Equal([clause], FollowUps.Of(request, [before]));

    /// <summary>A thing alone behind a question asks that of it too.</summary>
    [Fact]
    public void A_thing_behind_a_question_leans_on_it() =>
        Assert.Equal(["is the table left of the sofa", "is the ball left of the sofa"], FollowUps.Of("is the table left of the sofa? and the ball?", []));

    [Theory]
    [InlineData("the house in red, line 3 px wide", "outline", "the house", "red", 3)]
    [InlineData("the tent with a thick blue line", "outline", "the tent", "blue", 8)]
    [InlineData("the rabbit", "put a green box around the rabbit", "the rabbit", "green", null)]
    [InlineData("all the things on the grass, each in a colour of its own", "outline", "all the things on the grass", null, null)]
    [InlineData("everything green", "mark everything green", "everything green", null, null)]
    public void How_lines_are_to_look_is_no_part_of_what_is_drawn(string words, string said, string what, string? colour, int? width)
    {
        Look look = Look.Read(words, said);
        Assert.Equal((what, colour, width), (look.Words, look.Colour, look.Width));
    }
}
