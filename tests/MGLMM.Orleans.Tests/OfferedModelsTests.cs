using System.Net;
using System.Text.Json;
using MGLMM.Orleans.Workers;
using Orleans.Runtime;

namespace MGLMM.Orleans.Tests;

/// <summary>Which model of a cluster is meant, and which one comes in the place of another.</summary>
public sealed class OfferedModelsTests
{
    private static readonly ModelCard First = new ScriptedGroundingModel().Card with { Name = "halves", Precision = "fp16", Fingerprint = "0123456789abcdef" };
    private static readonly ModelCard Second = First with { Fingerprint = "fedcba9876543210", Description = "Trained for longer.", Vocabulary = ["cat"] };

    [Fact]
    public void Workers_that_are_about_to_end_offer_nothing_but_their_card()
    {
        Assert.Equal(First.Fingerprint, Of(Worker(1, First), Worker(2, Second, isDraining: true)).Find(null)!.Card.Fingerprint);
        Assert.Equal(First.Fingerprint, Of(Worker(1, First, isDraining: true), Worker(2, First, tells: false)).Find(null)!.Card.Fingerprint);

        // Nobody has told yet what it is: that is waited for.
        OfferedModels untold = Of(Worker(1, First, tells: false), Worker(2, Second, isDraining: true));
        Assert.Null(untold.Find(null));
        Assert.Null(untold.WhyNotFound(null));
    }

    [Fact]
    public void A_card_of_another_version_hides_no_other_one()
    {
        WorkerReport strange = Worker(2, Second) with { Card = """{"shape":"another"}""" };
        Assert.Equal(First.Fingerprint, Of(Worker(1, First), strange).Find(null)!.Card.Fingerprint);
        ModelUnavailableException exception = Of(strange).WhyNotFound(null)!;
        Assert.Contains("different versions", exception.Message, StringComparison.Ordinal);
        Assert.IsType<JsonException>(exception.InnerException);
    }

    [Fact]
    public void What_is_asked_in_the_same_words_comes_in_the_place_of_another()
    {
        OfferedModel served = new(ModelId.Of(First), First);
        Assert.Equal(ModelId.Of(Second), Of(Worker(1, Second)).SuccessorOf(served, null)!.Id);
        Assert.Equal(ModelId.Of(Second), Of(Worker(1, Second)).SuccessorOf(served, "halves")!.Id);
        Assert.Equal(ModelId.Of(Second), Of(Worker(1, Second), Worker(2, First with { Name = "thirds" })).SuccessorOf(served, null)!.Id);

        // Not other weights than were asked for, nor one of two, nor another name where none was asked for.
        Assert.Null(Of(Worker(1, Second)).SuccessorOf(served, ModelId.Of(First)));
        Assert.Null(Of(Worker(1, Second with { Precision = "int4" })).SuccessorOf(served, "halves:fp16"));
        Assert.Null(Of(Worker(1, Second), Worker(2, Second with { Fingerprint = "77" })).SuccessorOf(served, null));
        Assert.Null(Of(Worker(1, Second with { Name = "thirds" })).SuccessorOf(served, null));
    }

    [Fact]
    public void What_is_asked_otherwise_takes_nobodys_place()
    {
        OfferedModel served = new(ModelId.Of(First), First);
        ModelCard[] others =
        [
            Second with { Wordings = new Dictionary<string, IReadOnlyList<string>>(First.Wordings) { ["refer"] = ["Where is {expression}?"] } },
            Second with { Granularities = ["panoptic"] },
            Second with { TakesBoxes = !First.TakesBoxes },
            Second with { ImageLimits = First.ImageLimits with { MaximumPixels = 7 } },
        ];
        Assert.All(others, other => Assert.Null(Of(Worker(1, other)).SuccessorOf(served, "halves")));
    }

    private static OfferedModels Of(params WorkerReport[] workers) => new(workers);

    private static WorkerReport Worker(int number, ModelCard card, bool tells = true, bool isDraining = false) => new(
        SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 11_000 + number), 1),
        ModelId.Of(card),
        tells ? JsonSerializer.Serialize(card, typeof(ModelCard), GroundingJson.Options) : string.Empty,
        0,
        isDraining);
}
