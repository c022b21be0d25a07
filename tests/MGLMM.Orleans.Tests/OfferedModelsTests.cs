using System.Net;
using System.Text.Json;
using MGLMM.Orleans.Workers;
using Orleans.Runtime;

namespace MGLMM.Orleans.Tests;

/// <summary>Which model of a cluster is meant.</summary>
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

    private static OfferedModels Of(params WorkerReport[] workers) => new(workers);

    private static WorkerReport Worker(int number, ModelCard card, bool tells = true, bool isDraining = false) => new(
        SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 11_000 + number), 1),
        ModelId.Of(card),
        tells ? JsonSerializer.Serialize(card, typeof(ModelCard), GroundingJson.Options) : string.Empty,
        0,
        isDraining);
}
