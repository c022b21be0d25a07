using MGLMM.Planning;
using MGLMM.Planning.Requests;

namespace MGLMM.Samples.VisionAgent.Tests.Planning;

/// <summary>The table of patterns, what is counted, and what may be told as what was asked for.</summary>
public sealed class RequestPatternsTests
{
    [Fact]
    public void Each_row_reads_its_example_and_no_row_before_it_does()
    {
        foreach ((int index, RequestPattern row) in RequestPatterns.All.Index())
        {
            string clause = Assert.Single(Clauses.Of(row.Example));
            Assert.True(RequestPatterns.All.Index().First(other => other.Item.Match(clause).Success).Index == index, row.Example);
        }
    }

    [Theory]
    [InlineData("people are standing on the grass", "people", "are standing on the grass")]
    [InlineData("trees are there", "trees", "")]
    [InlineData("houses can you see", "houses", "")]
    [InlineData("cars drive on the road", "cars", "drive on the road")]
    [InlineData("sheep graze there", "sheep", "graze there")]
    [InlineData("the red sports cars in the picture", "red sports cars", "")]
    public void A_count_reads_up_to_the_verb(string words, string noun, string rest)
    {
        CountPhrase phrase = CountPhrase.Read(words);
        Assert.Equal((noun, rest), (phrase.Noun, phrase.Rest));
    }

    [Theory]
    [InlineData("people", "a man in a red shirt", true)]
    [InlineData("people", "blue sky", false)]
    [InlineData("the dog", "a boat beside a dog", false)]
    [InlineData("the red house", "a blue house", false)]
    [InlineData("the sofa", "a grey couch", true)]
    [InlineData("the tree", "a pine tree", true)]
    [InlineData("the house", "", true)]
    public void What_was_found_is_told_as_what_was_asked_only_where_it_is(string asked, string found, bool fits) =>
        Assert.Equal(fits, Nouns.Fits(asked, found));
}
