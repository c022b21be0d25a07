using System.Text.Json;
using MGLMM.Masks;

namespace MGLMM.Abstractions.Tests;

/// <summary>Answers, questions and cards survive the way to another process and back.</summary>
public sealed class GroundingJsonTests
{
    private static readonly Mask Left = Mask.FromRectangle(6, 4, new PixelBox(0, 0, 2, 4));
    private static readonly Mask Dot = Mask.FromRectangle(6, 4, new PixelBox(5, 3, 6, 4));

    [Fact]
    public void An_answer_comes_back_whole()
    {
        GroundedAnswer answer = GroundedAnswer.FromText("<p> A man </p> [SEG] beside [SEG] <p> nothing </p> .</s>", [Left, Dot]) with
        {
            Prompt = "USER: \u2026 <image>",
            TokenIds = [1, 605, 2],
            StopReason = StopReason.MaximumNewTokens,
            Timings = new AnswerTimings { Total = TimeSpan.FromMilliseconds(12.5), PromptPositions = 7, GlobalEncoderSkipped = true },
        };
        GroundedAnswer back = RoundTrip(answer);
        Assert.Equal((answer.Prompt, answer.Text, answer.Caption, answer.StopReason, answer.Timings), (back.Prompt, back.Text, back.Caption, back.StopReason, back.Timings));
        Assert.Equal(answer.TokenIds, back.TokenIds);
        Assert.Equal(answer.Segments, back.Segments);
        Assert.Equal(answer.Grounded.Phrases.Select(Show), back.Grounded.Phrases.Select(Show));
        Assert.Equal([0, 1], back.Grounded.BySegment.SelectMany(phrase => phrase.SegmentIndices));

        static string Show(GroundedPhrase phrase) => $"{phrase.Phrase} {phrase.Start}-{phrase.End} {string.Join(',', phrase.SegmentIndices)}";
    }

    /// <summary>The run lengths are those of pycocotools: 8 pixels of the first two columns of a picture 6 wide and 4 high.</summary>
    [Fact]
    public void A_mask_is_written_as_pycocotools_writes_it()
    {
        using JsonDocument json = JsonDocument.Parse(JsonSerializer.Serialize(GroundedAnswer.FromText("[SEG]", [Left]), GroundingJson.Options));
        JsonElement mask = json.RootElement.GetProperty("segments")[0].GetProperty("mask");
        Assert.Equal([4, 6], mask.GetProperty("size").EnumerateArray().Select(value => value.GetInt32()));
        Assert.Equal("08`0", mask.GetProperty("counts").GetString());
    }

    [Fact]
    public void Pieces_tell_which_they_are()
    {
        AnswerPiece[] pieces = [new TextPiece("A red"), new CompletedPiece(GroundedAnswer.FromText("A red car.", []))];
        AnswerPiece[] back = pieces.Select(RoundTrip).ToArray();
        Assert.Equal("A red", Assert.IsType<TextPiece>(back[0]).Text);
        Assert.Equal("A red car.", Assert.IsType<CompletedPiece>(back[1]).Answer.Caption);
    }

    [Fact]
    public void Boxes_and_their_features_come_back()
    {
        RegionBox[] boxes = [new(1.5, -2, 30.25, 40), new(5, 5, 5, 5)];
        AskOptions options = RoundTrip(new AskOptions { Regions = boxes, IncludeRegionFeatures = true, EarlierTurns = [new("What?", "A car.") { Regions = [boxes[1]] }] });
        Assert.Equal(boxes, options.Regions);
        Assert.True(options.IncludeRegionFeatures);
        Assert.Equal([boxes[1]], options.EarlierTurns[0].Regions!);

        // No list (the boxes of the turn before) is not an empty one (no boxes).
        Assert.Null(RoundTrip(new AskOptions()).Regions);
        Assert.Empty(RoundTrip(new AskOptions { Regions = [] }).Regions!);

        float[][] rows = [[0.5f, -1e-7f], [140.17467f, 3f]];
        GroundedAnswer answer = RoundTrip(GroundedAnswer.FromText("A car.", []) with { Regions = boxes, RegionFeatures = rows });
        Assert.Equal(boxes, answer.Regions);
        Assert.Equal(rows, answer.RegionFeatures);
        Assert.True(RoundTrip(new ModelCard { Name = "mine", TakesBoxes = true }).TakesBoxes);
    }

    [Fact]
    public void Questions_and_cards_come_back()
    {
        AskOptions options = RoundTrip(new AskOptions { MaximumNewTokens = 9, EarlierTurns = [new("What?", "A car.")] });
        Assert.Equal((9, new EarlierTurn("What?", "A car.")), (options.MaximumNewTokens, Assert.Single(options.EarlierTurns)));
        ModelCard card = RoundTrip(new ModelCard
        {
            Name = "mine",
            Granularities = ["instance"],
            Wordings = new Dictionary<string, IReadOnlyList<string>> { ["refer"] = ["Find {expression}."] },
            Markup = ["<x>"],
            ImageLimits = new ImageLimits { MaximumPixels = 5, AllowedFormats = ImageFormats.Png | ImageFormats.Gif },
            Vocabulary = ["car"],
            Fingerprint = "f",
        });
        Assert.Equal("Find the car.", card.Instructions.Fill("refer", "the <x> car"));
        Assert.Equal((5, ImageFormats.Png | ImageFormats.Gif), (card.ImageLimits.MaximumPixels, card.ImageLimits.AllowedFormats));
        Assert.Equal(["car"], card.Vocabulary!);
    }

    [Theory]
    [InlineData("""{"text":"[SEG]","grounded":{"caption":"","phrases":[],"segment_count":1},"segments":[]}""")]
    [InlineData("""{"text":"a","grounded":{"caption":"a","phrases":[{"phrase":"a","start":0,"end":9,"segment_indices":[0]}],"segment_count":1},"segments":[]}""")]
    [InlineData("""{"text":"a","grounded":null,"segments":[]}""")]
    [InlineData("""{"text":"a","segments":[]}""")]
    [InlineData("""{"text":"a","grounded":{"caption":"a","phrases":[],"segment_count":0},"segments":[{"phrase":null,"start":0,"end":0,"mask":{"size":[4,6],"counts":"zz"}}]}""")]
    [InlineData("""{"text":"a","grounded":{"caption":"a","phrases":[],"segment_count":0},"segments":[{"phrase":null,"start":0,"end":0,"mask":{"size":[4],"counts":""}}]}""")]
    public void What_is_not_whole_is_refused(string json) =>
        Assert.True(Record.Exception(() => JsonSerializer.Deserialize<GroundedAnswer>(json, GroundingJson.Options)) is JsonException or ArgumentException);

    private static T RoundTrip<T>(T value) => JsonSerializer.Deserialize<T>(JsonSerializer.Serialize(value, GroundingJson.Options), GroundingJson.Options)!;
}
