using MGLMM.Masks;
using MGLMM.Vision.Results;

namespace MGLMM.Vision.Tests;

/// <summary>Every tool that hands the model a noun says where the answer is about something else, and says nothing where it is not.</summary>
public sealed class AnswersAboutAnotherThingTests
{
    [Theory]
    [InlineData("What is the boy wearing?", "The boat is red.", "boy", "boat")]
    [InlineData("What is the boy wearing?", "<p> The boat </p> [SEG] is red.", "boy", "boat")]
    [InlineData("Is the boy wearing a hat?", "Yes, the boat has a sail.", "boy", "boat")]
    [InlineData("How many boys are there?", "There are two boats.", "boys", "boat")]
    [InlineData("Which boy is taller?", "<p> the boat </p> [SEG]", "boy", "boat")]
    [InlineData("What colour are the children?", "The dogs are brown.", "children", "dog")]
    [InlineData("What is the boy wearing?", "The boy is wearing a hat.", null, null)]
    [InlineData("What is the boy wearing?", "<p> a blue shirt </p> [SEG]", null, null)]
    [InlineData("What is the boy wearing?", "He is wearing a hat.", null, null)]
    [InlineData("What is the boy wearing?", "The person is wearing a hat.", null, null)]
    [InlineData("Is there a boy?", "There is no boy.", null, null)]
    [InlineData("Is there a boy?", "No.", null, null)]
    [InlineData("Where is the boy?", "On <p> the boat </p> [SEG].", null, null)]
    [InlineData("What is on the table?", "The cup is on it.", null, null)]
    [InlineData("How many boys are there?", "Two.", null, null)]
    public async Task A_free_question(string question, string answer, string? asked, string? found)
    {
        GroundedResult result = await Opened(answer).AskAsync("img1", question).As<GroundedResult>();
        Assert.Equal((asked, found), (result.Asked, result.Found));
        Assert.Equal(asked is not null, result.ToJson().Contains($"\"asked\":\"{asked}\",\"found\":\"{found}\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Where is the boy?", "It is <p> the boat </p> [SEG].", "boy", "boat")]
    [InlineData("Which boys are on the left?", "<p> the boats </p> [SEG]", "boys", "boat")]
    [InlineData("Find the boy.", "<p> the boat </p> [SEG]", "boy", "boat")]
    [InlineData("Where is the boy?", "<p> The boy </p> [SEG] is on <p> the boat </p> [SEG].", null, null)]
    [InlineData("What could carry many people?", "<p> the bus </p> [SEG]", null, null)]
    [InlineData("What is the boy wearing?", "<p> a hat </p> [SEG]", null, null)]
    [InlineData("Where is the boy?", "[SEG]", null, null)]
    public async Task A_question_that_wants_regions(string question, string answer, string? asked, string? found)
    {
        VisionToolset toolset = Opened(answer);
        GroundedResult reasoned = await toolset.ReasonSegmentAsync("img1", question).As<GroundedResult>();
        Assert.Equal((asked, found), (reasoned.Asked, reasoned.Found));

        // A planner that hands the question to refer is told the same.
        if (!answer.StartsWith("[SEG]", StringComparison.Ordinal))
        {
            GroundedResult referred = await toolset.ReferAsync("img1", question).As<GroundedResult>();
            Assert.Equal((asked, found), (referred.Asked, referred.Found));
        }
    }

    [Theory]
    [InlineData("the boy", "A red boat on the sea.", "boy", "boat")]
    [InlineData("the boy", "This is a boat.", "boy", "boat")]
    [InlineData("the boy", "The picture shows two boats.", "boy", "boat")]
    [InlineData("the boy", "The boat is red.", "boy", "boat")]
    [InlineData("Where is the boy?", "The boat is red.", "boy", "boat")]
    [InlineData("the boy", "A small boy.", null, null)]
    [InlineData("the boy", "A person with a hat.", null, null)]
    [InlineData("the boy", "It is small.", null, null)]
    [InlineData(null, "A red boat on the sea.", null, null)]
    public async Task A_description_of_a_region(string? phrase, string answer, string? asked, string? found)
    {
        // With words for regions, and without: then the crop is described as a picture.
        foreach (bool knowsRegions in (bool[])[true, false])
        {
            VisionToolset toolset = Opened(answer, card => knowsRegions ? card : card with { Wordings = card.Wordings.Where(task => task.Key != "region_caption").ToDictionary() });
            string region = Region(toolset, phrase);
            CaptionResult result = await toolset.CaptionAsync("img1", region).As<CaptionResult>();
            Assert.Equal((asked, found, "crop"), (result.Asked, result.Found, result.LookedAt));
            Assert.Equal(asked is not null, result.ToJson().Contains("\"asked\"", StringComparison.Ordinal));
        }

        CaptionResult whole = await Opened(answer).CaptionAsync("img1").As<CaptionResult>();
        Assert.Equal((null, null, null), (whole.Asked, whole.Found, whole.LookedAt));
    }

    [Theory]
    [InlineData("a white house", "The boat has <p> a sail </p> [SEG].", "house", "boat")]
    [InlineData("a white house", "The white house has <p> a roof </p> [SEG].", null, null)]
    [InlineData("a white house", "<p> The roof </p> [SEG] is red.", null, null)]
    [InlineData("a white house", "<p> the roof </p> [SEG] and <p> the door </p> [SEG]", null, null)]
    [InlineData(null, "The boat has <p> a sail </p> [SEG].", null, null)]
    public async Task The_parts_of_an_object(string? phrase, string answer, string? asked, string? found)
    {
        VisionToolset toolset = Opened(answer);
        GroundedResult result = await toolset.SegmentAndCaptionAsync("img1", "part", Region(toolset, phrase)).As<GroundedResult>();
        Assert.Equal((asked, found), (result.Asked, result.Found));
    }

    [Fact]
    public async Task What_the_card_says_a_word_means_is_no_other_thing()
    {
        static ModelCard Knowing(ModelCard card) => card with { Meanings = new Dictionary<string, IReadOnlyList<string>> { ["animal"] = ["rabbit", "dog"], ["bunny"] = ["rabbit"] } };
        GroundedResult asked = await Opened("The rabbit is brown.", Knowing).AskAsync("img1", "What colour is the bunny?").As<GroundedResult>();
        Assert.Null(asked.Asked);
        VisionToolset toolset = Opened("An animal on the grass.", Knowing);
        Assert.Null((await toolset.CaptionAsync("img1", Region(toolset, "the rabbit")).As<CaptionResult>()).Asked);
    }

    [Fact]
    public async Task A_question_about_an_unknown_thing_says_so()
    {
        VisionToolset toolset = Opened("It is small.", card => card with { Vocabulary = ["boy", "boat"] });
        GroundedResult result = await toolset.AskAsync("img1", "What is the zebra doing?").As<GroundedResult>();
        Assert.Equal("zebra", result.UnknownWord);
        Assert.Contains("does not know the word", result.Note);
        Assert.Null((await toolset.AskAsync("img1", "What is the boy doing?").As<GroundedResult>()).UnknownWord);
        Assert.Null((await toolset.AskAsync("img1", "What is the weather like?").As<GroundedResult>()).UnknownWord);
    }

    private static string Region(VisionToolset toolset, string? phrase) =>
        toolset.Workspace.AddRegion("img1", Mask.FromRectangle(40, 40, new PixelBox(5, 5, 35, 35)), new HostRegion { Phrase = phrase }).Handle;

    private static VisionToolset Opened(string answer, Func<ModelCard, ModelCard>? change = null)
    {
        VisionToolset toolset = new(new ScriptedGroundingModel(change) { Answer = (_, _) => answer + "</s>" });
        toolset.Workspace.AddImage(RgbImage.FromPixels(new byte[40 * 40 * RgbImage.Channels], 40, 40), "picture.png", "png");
        return toolset;
    }
}
