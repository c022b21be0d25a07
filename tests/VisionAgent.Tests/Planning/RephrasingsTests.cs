using MGLMM.Planning;

namespace MGLMM.Samples.VisionAgent.Tests.Planning;

/// <summary>Turns of speech that are put into words which the table of requests reads.</summary>
public sealed class RephrasingsTests
{
    [Fact]
    public void Each_row_puts_its_example_into_the_words_beside_it()
    {
        Assert.All([.. Rephrasings.First, .. Rephrasings.Last], row => Assert.Equal(row.Means, row.Apply(row.Example)));
    }

    /// <summary>What is no such turn of speech stays as it is.</summary>
    [Theory]
    [InlineData("Which is bigger, the house or the tree?")]
    [InlineData("Outline the house and the tree in red")]
    [InlineData("Mark the tree in the left half")]
    [InlineData("Is there a dog or a cat?")]
    [InlineData("What colour is the other one's cap?")]
    public void Other_words_stay(string request) => Assert.Equal(request, Rephrasings.Apply(Rephrasings.Last, Rephrasings.Apply(Rephrasings.First, request)));

    /// <summary>"One" in a choice is of the kind that the question names.</summary>
    [Theory]
    [InlineData("which kid is bigger, the one in the green cap or the one in the purple cap", "which is bigger, the kid in the green cap or the kid in the purple cap")]
    [InlineData("Which cloud is bigger, the pink or the white one", "which is bigger, the pink cloud or the white cloud")]
    [InlineData("Which house is the car closer to, the one with a red roof or the blue one", "which is closer to the car, the house with a red roof or the blue house")]
    [InlineData("which is bigger, the house or the tree", "which is bigger, the house or the tree")]
    public void A_choice_is_made_whole(string clause, string whole) => Assert.Equal(whole, Alternatives.Whole(clause));
}
