using MGLMM.Planning;

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
    public void A_request_falls_into_clauses(string request, string clauses) => Assert.Equal(clauses.Split('|'), Clauses.Of(request));
}
