using MGLMM.Vision.Language;
using MGLMM.Vision.Results;

namespace MGLMM.Vision.Tests;

/// <summary>Whether a model can have understood what it was asked, and whether it found what was asked for.</summary>
public sealed class UnderstandingTests
{
    [Theory]
    [InlineData("the boys", "boys", "tree")]
    [InlineData("both boys on the left", "boys", "tree")]
    [InlineData("the smaller boy", "boy", "tree")]
    public async Task Another_thing_than_the_one_asked_for_is_told(string expression, string asked, string found)
    {
        GroundedResult result = await (await Opened()).ReferAsync("img1", expression).As<GroundedResult>();
        Assert.Equal((asked, found), (result.Asked, result.Found));
        Assert.NotEmpty(result.Regions);
    }

    [Theory]
    [InlineData("the rabbit")]
    [InlineData("rabbits")]
    [InlineData("the grey rabbits")]
    [InlineData("the orange potted plants")]
    public async Task The_thing_that_was_asked_for_needs_no_remark(string expression)
    {
        GroundedResult result = await (await Opened()).ReferAsync("img1", expression).As<GroundedResult>();
        Assert.NotEmpty(result.Regions);
        Assert.Equal((null, null, null, null), (result.Asked, result.Found, result.UnknownWord, result.Note));
    }

    [Fact]
    public async Task A_word_that_the_model_does_not_know_is_no_answer_about_the_picture()
    {
        // As the model says itself.
        GroundedResult said = await (await Opened()).ReferAsync("img1", "the zeppelin").As<GroundedResult>();
        Assert.Equal(("zeppelin", false), (said.UnknownWord, said.Empty));
        Assert.Contains("does not know the word", said.Note);
        Assert.Contains("\"unknown_word\":\"zeppelin\"", said.ToJson());

        // As its card says, where the model itself says that there is none.
        VisionToolset toolset = await Opened(card => card with { Vocabulary = ["rabbit", "house", "tree", "train station"] });
        GroundedResult unlisted = await toolset.ReferAsync("img1", "the dogs").As<GroundedResult>();
        Assert.Equal(("dogs", false), (unlisted.UnknownWord, unlisted.Empty));
        Assert.Null((await toolset.ReferAsync("img1", "the station").As<GroundedResult>()).Asked);

        // What is found although the word is unknown is doubtful too.
        GroundedResult doubtful = await toolset.ReferAsync("img1", "the boys").As<GroundedResult>();
        Assert.Equal(("boys", "boys", "tree"), (doubtful.UnknownWord, doubtful.Asked, doubtful.Found));
        Assert.Contains("may be something else", doubtful.Note);

        // Known and not there is an answer.
        GroundedResult none = await (await Opened()).ReferAsync("img1", "the dog").As<GroundedResult>();
        Assert.True(none.Empty);
        Assert.Null(none.UnknownWord);
    }

    [Theory]
    [InlineData("a violin", "violin", "violin")]
    [InlineData("the train station", "train station", "train station")]
    [InlineData("das Haus", "Faus", "Haus")]
    [InlineData("Finde das Haus", "Fa", "haus")]
    [InlineData("the red zeppelins", "zepelins", "zeppelins")]
    [InlineData("the zebra", "sne", "zebra")]
    [InlineData("the concert", "on", "concert")]
    public async Task An_unknown_word_that_the_model_cannot_spell_is_named_as_it_was_asked(string expression, string said, string word)
    {
        using ScriptedGroundingModel model = new(card => card with { Vocabulary = ["rabbit", "house"] }) { Answer = (_, _) => $"I do not know the word {said} .</s>" };
        VisionToolset toolset = new(model);
        toolset.Workspace.AddImage(RgbImage.FromPixels(new byte[40 * 40 * RgbImage.Channels], 40, 40), "picture.png", "png");
        Assert.Equal(word, (await toolset.ReferAsync("img1", expression).As<GroundedResult>()).UnknownWord);
    }

    [Fact]
    public async Task A_synonym_and_a_general_word_are_what_the_card_says_they_mean()
    {
        VisionToolset toolset = await Opened(card => card with { Meanings = new Dictionary<string, IReadOnlyList<string>> { ["boy"] = ["tree"], ["girl"] = ["house"] } });
        GroundedResult meant = await toolset.ReferAsync("img1", "the boys").As<GroundedResult>();
        Assert.NotEmpty(meant.Regions);
        Assert.Equal((null, null), (meant.Asked, meant.Found));

        VisionToolset other = await Opened(card => card with { Meanings = new Dictionary<string, IReadOnlyList<string>> { ["boy"] = ["house"] } });
        Assert.Equal(("boys", "tree"), ((await other.ReferAsync("img1", "the boys").As<GroundedResult>()) is { } result ? (result.Asked, result.Found) : default));
    }

    [Theory]
    [InlineData("der rote Hase", "de")]
    [InlineData("la voiture rouge", "fr")]
    [InlineData("el conejo marrón de la izquierda", "es")]
    [InlineData("красный дом", "Cyrillic")]
    [InlineData("兔子", "Chinese")]
    public async Task Another_language_is_told(string expression, string language)
    {
        GroundedResult result = await (await Opened()).ReferAsync("img1", expression).As<GroundedResult>();
        Assert.False(result.Empty);
        Assert.Contains($"this looks like {language}", result.Note);
        Assert.Contains("ask in en", result.Note);
    }

    [Theory]
    [InlineData("the rabbit in the den")]
    [InlineData("a van")]
    [InlineData("the dove on the hay")]
    [InlineData("What is on the table?")]
    [InlineData("rabbit")]
    public async Task English_is_not_taken_for_another_language(string expression)
    {
        GroundedResult result = await (await Opened()).ReasonSegmentAsync("img1", expression).As<GroundedResult>();
        Assert.Null(result.Note);
    }

    [Fact]
    public async Task A_model_of_all_languages_is_never_told_so()
    {
        foreach (string[] languages in (string[][])[[], ["mul"], ["en", "de"]])
        {
            VisionToolset toolset = await Opened(card => card with { Languages = languages });
            Assert.DoesNotContain("looks like", (await toolset.ReferAsync("img1", "der rote Hase")).ToJson());
        }
    }

    [Fact]
    public async Task A_question_about_a_region_is_asked_on_its_crop()
    {
        VisionToolset toolset = await Opened();
        await toolset.SegmentAndCaptionAsync("img1", "instance");
        Assert.True(toolset.Workspace.TryGetRegion("m3", out VisionRegion? house));
        GroundedResult asked = await toolset.AskAsync("img1", "What is it?", region: "m3").As<GroundedResult>();
        Assert.Equal(("m3", "crop"), (asked.Within, asked.LookedAt));
        Assert.Equal($"This is {house.Mask.Box.Width + 4} x {house.Mask.Box.Height + 4} px.", asked.ModelSaid);
        GroundedResult found = await toolset.ReasonSegmentAsync("img1", "What shelters?", within: "m3").As<GroundedResult>();
        Assert.All(found.Regions, region => Assert.True(toolset.Workspace.TryGetRegion(region.Region, out VisionRegion? part) && house.Mask.Contains(part.Mask) && part.Parent == "m3"));

        // What is said about a region is no turn of the dialogue about the picture.
        int before = toolset.Workspace.DialogueOf("img1").Count;
        await toolset.AskAsync("img1", "What is it?", region: "m3");
        Assert.Equal(before, toolset.Workspace.DialogueOf("img1").Count);
        await toolset.AskAsync("img1", "And now?", followUp: true, region: "m3").Fails(ToolErrorCodes.BadArgument);
    }

    [Fact]
    public async Task What_was_pushed_out_of_a_set_is_told()
    {
        VisionToolset toolset = await Opened(limits: new WorkspaceLimits { MaximumRegions = 8 });
        string set = (await toolset.SegmentAndCaptionAsync("img1", "instance").As<GroundedResult>()).Set!;
        await toolset.CombineRegionsAsync("union", "m1, m2");
        await toolset.CombineRegionsAsync("union", "m3, m4");
        foreach (string? note in (string?[])[(await toolset.SelectRegionsAsync(set, "tree").As<RegionsResult>()).Note, (await toolset.GetRegionsAsync(set).As<RegionsResult>()).Note])
        {
            Assert.Contains("2 regions of this set are no longer kept.", note);
        }

        for (int pixels = 1; pixels < 8; pixels++)
        {
            await toolset.CombineRegionsAsync("grow", "m9", pixels: pixels);
        }

        RegionsResult none = await toolset.SelectRegionsAsync(set).As<RegionsResult>();
        Assert.True(none.Empty);
        Assert.Contains("8 regions of this set are no longer kept. None is left. ", none.Note);
        Assert.Contains("use refer", none.Note);
    }

    [Fact]
    public async Task What_is_open_is_opened_by_handle_and_name_and_told_where_nothing_else_may_be()
    {
        VisionToolset toolset = await Opened();
        foreach (string source in (string[])["img1", "IMG1", "[img1]", "garden.png", "Garden.PNG"])
        {
            Assert.Equal("img1", (await toolset.OpenImageAsync(source).As<OpenedImageResult>()).Image);
        }

        Assert.Contains("img1 (garden.png)", (await toolset.OpenImageAsync("/mnt/data/x.png").Fails(ToolErrorCodes.NotAllowed)).Try);
    }

    [Fact]
    public async Task What_the_model_knows_is_told_with_an_opened_picture_and_in_a_briefing()
    {
        VisionToolset toolset = await Opened(card => card with { Vocabulary = [.. Enumerable.Range(0, 500).Select(number => $"thing{number}")] });
        OpenedImageResult opened = await toolset.OpenImageAsync("img1").As<OpenedImageResult>();
        Assert.Equal(("garden", "Knows drawn gardens; does not know photographs."), (opened.Model!.Name, opened.Model.Knows));
        Assert.StartsWith("thing0, thing1, ", opened.Model.Nouns);
        Assert.EndsWith(" more", opened.Model.Nouns);
        Assert.True(TokenEstimate.Of(opened.ToJson()) < 600);
        VisionBriefing briefing = toolset.GetBriefing();
        Assert.Equal("- img1: garden.png, 40 x 40 px", briefing.Pictures);
        Assert.StartsWith("garden. Knows drawn gardens; does not know photographs. Nouns that it knows: thing0, ", briefing.Model);
        await toolset.ReferAsync("img1", "rabbits");
        Assert.Equal("- img1: garden.png, 40 x 40 px; known: s1 (m1 the brown rabbit, m2 the grey rabbit)", toolset.GetBriefing().Pictures);
        Assert.StartsWith("none", new VisionToolset(null).GetBriefing().Pictures);
        Assert.Contains("no vision model", new VisionToolset(null).GetBriefing().Model);
    }

    [Fact]
    public async Task Words_out_of_pictures_and_files_are_marked()
    {
        VisionToolset toolset = await Opened();
        Assert.Equal(["name"], (await toolset.OpenImageAsync("img1").As<OpenedImageResult>()).Untrusted);
        Assert.Equal(["model_said", "phrase"], (await toolset.SegmentAndCaptionAsync("img1", "instance").As<GroundedResult>()).Untrusted);
        Assert.Equal(["model_said"], (await toolset.CaptionAsync("img1").As<CaptionResult>()).Untrusted);
        Assert.EndsWith(",\"untrusted\":[\"phrase\"]}", (await toolset.GetRegionsAsync("img1", limit: 1)).ToJson());
    }

    private static Task<VisionToolset> Opened(Func<ModelCard, ModelCard>? change = null, WorkspaceLimits? limits = null)
    {
        VisionToolset toolset = new(new GardenModel(change), new VisionWorkspace(limits));
        byte[] pixels = new byte[40 * 40 * RgbImage.Channels];
        toolset.Workspace.AddImage(RgbImage.FromPixels(pixels, 40, 40), "garden.png", "png");
        return Task.FromResult(toolset);
    }
}
