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

    /// <summary>A row reads a whole clause or none of it, so that no word of a request is passed over: each of its alternatives goes from the first word to the last.</summary>
    [Fact]
    public void Each_row_reads_a_clause_from_its_beginning_to_its_end()
    {
        foreach (RequestPattern row in RequestPatterns.All)
        {
            (int depth, int start) = (0, 0);
            string pattern = row.Pattern;
            for (int at = 0; at <= pattern.Length; at++)
            {
                if (at == pattern.Length || (depth == 0 && pattern[at] == '|'))
                {
                    string alternative = pattern[start..at];
                    Assert.True(alternative.StartsWith('^') && alternative.EndsWith('$'), $"{row.Example}: {alternative}");
                    start = at + 1;
                    continue;
                }

                (depth, at) = pattern[at] switch { '\\' => (depth, at + 1), '(' => (depth + 1, at), ')' => (depth - 1, at), '[' => (depth, pattern.IndexOf(']', at + 2)), _ => (depth, at) };
            }
        }
    }

    /// <summary>Two tables of colours, one for rules and one for words.</summary>
    [Fact]
    public void The_colours_of_patterns_are_those_of_the_language()
    {
        string[] words = [.. Colours.Words.Split('|').SelectMany(word => word == "gr[ae]y" ? (string[])["gray", "grey"] : [word])];
        Assert.All(words, word => Assert.True(MGLMM.Language.EnglishColours.Is(word), word));
        Assert.Equal(17, words.Length);
        Assert.Equal("black white red green yellow blue brown purple pink orange grey gray violet beige golden silver turquoise".Split(' ').Order(), words.Order());
    }

    [Theory]
    [InlineData("people are standing on the grass", "person", "on the grass", "")]
    [InlineData("trees are there", "tree", "", "")]
    [InlineData("houses can you see", "house", "", "")]
    [InlineData("cars drive on the road", "car", "", "drive on the road")]
    [InlineData("sheep graze there", "sheep", "", "graze there")]
    [InlineData("the red sports cars in the picture", "red sports car", "", "")]
    [InlineData("rabbits that are not grey", "rabbit", "not grey", "")]
    [InlineData("the ball under the table", "ball", "under the table", "")]
    [InlineData("houses with a chimney and without a door", "house", "with a chimney and without a door", "")]
    [InlineData("the house, line 3 px wide", "house", "", "line 3 px wide")]
    [InlineData("the sails only the sails", "sail", "", "only the sails")]
    [InlineData("the animal that is wandering off", "animal", "wandering off", "")]
    [InlineData("things up in the sky", "thing", "in the sky", "")]
    [InlineData("the house going", "house", "", "going")]
    public void What_stands_behind_a_noun_is_read_or_handed_back(string words, string label, string conditions, string unread)
    {
        Wanted wanted = Wanted.Read(words);
        Assert.Equal((label, conditions, unread), (wanted.Label, string.Join(' ', wanted.Conditions.Select(condition => condition.Said)), wanted.Unread));
    }

    /// <summary>Other wordings of the rows' kinds, each read by the row with that example.</summary>
    [Theory]
    [InlineData("What percentage of the image do the trees cover?", "How much of the picture is sky?")]
    [InlineData("Give me the names of all the vehicles", "List everything from the largest to the smallest")]
    [InlineData("What is the trunk colour of the tree?", "What colour is the roof?")]
    [InlineData("Which of the rabbits is brown?", "What is green?")]
    [InlineData("Who has a green cap?", "Which house has a chimney?")]
    [InlineData("What do you see on the right side?", "What is on the left?")]
    [InlineData("What is in the upper left corner?", "What is on the left?")]
    [InlineData("Is the horse on the left or on the right?", "Is the horse on the left?")]
    [InlineData("What is between the two houses?", "What is between the tent and the horse?")]
    [InlineData("Which of the two boys stands closer to the dog?", "Which tree is the largest?")]
    [InlineData("Do the two clouds have the same colour?", "Are the two trees the same height?")]
    [InlineData("Get rid of the background", "Remove the background")]
    [InlineData("Is there more than one tree?", "Are there at least two trees?")]
    [InlineData("Add a hat to the boy", "Paint the house red")]
    [InlineData("Give me a GeoJSON of the road", "COCO annotations for the dog")]
    [InlineData("How wide is the tree compared to the tent?", "How tall is the tree compared to the tent?")]
    public void Other_wordings_are_read_as_their_kind(string clause, string example) =>
        Assert.Equal(example, RequestPatterns.All.First(row => row.Match(Assert.Single(Clauses.Of(clause))).Success).Example);

    [Theory]
    [InlineData("everything green", "green")]
    [InlineData("anything that is gray", "grey")]
    [InlineData("the red things", "red")]
    [InlineData("the red car", null)]
    public void Anything_of_a_colour_is_no_noun(string words, string? colour) => Assert.Equal(colour, Colours.OfAnything(words));

    [Theory]
    [InlineData("under", "below", true)]
    [InlineData("under", "below left_of", false)]
    [InlineData("below", "below left_of", true)]
    [InlineData("overlapping", "touching", false)]
    public void What_is_beside_a_thing_is_not_under_it(string word, string relations, bool holds)
    {
        using System.Text.Json.JsonDocument pair = System.Text.Json.JsonDocument.Parse($$"""{"a_is":["{{relations.Replace(" ", "\",\"", StringComparison.Ordinal)}}"]}""");
        Assert.Equal(holds, PairRelation.Holds(word, pair.RootElement));
    }

    [Theory]
    [InlineData(50, 50, "on the left")]
    [InlineData(150, 50, "in the middle")]
    [InlineData(299, 0, "at the top right")]
    [InlineData(150, 99, "at the bottom")]
    public void Places_are_thirds(double x, double y, string place) => Assert.Equal(place, PicturePlace.Of(new MeasuredRegion(new KnownRegion("m1", "a dog"), 1, 0, 0, 0, 1, 1, x, y), (300, 100)));

    /// <summary>A yes to a name needs more than that it may be so.</summary>
    [Theory]
    [InlineData("a dog", "a grey dog", true)]
    [InlineData("an animal", "a grey rabbit", true)]
    [InlineData("a plane", "a yellow airplane", true)]
    [InlineData("a plant", "an orange potted plant", true)]
    [InlineData("a puppy", "a grey dog", false)]
    [InlineData("a fir", "a green tree", false)]
    [InlineData("a cat", "a grey dog", false)]
    public void A_name_is_surely_right_only_where_it_is_no_narrower_one(string asked, string found, bool means) => Assert.Equal(means, Nouns.Means(asked, found));

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
