using Orleans;

namespace MGLMM.Orleans.Pictures;

/// <summary>One instruction on its way to a picture's worker.</summary>
/// <param name="Instruction">As <see cref="IOpenedImage.AskAsync"/> takes it.</param>
/// <param name="Options"><see cref="AskOptions"/> as <see cref="GroundingJson"/> writes them.</param>
/// <param name="TimeLeft">How long the caller waits; the worker stops then.</param>
/// <param name="TellsProgress">Whether anybody listens to the progress.</param>
[GenerateSerializer, Immutable, Alias("mglmm.picture-question")]
internal sealed record PictureQuestion(
    [property: Id(0)] string Instruction, [property: Id(1)] string Options, [property: Id(2)] TimeSpan TimeLeft, [property: Id(3)] bool TellsProgress)
{
    /// <summary>The worker sends the question on when it has so many more under way than others (<see cref="PictureDirector.IsCrowded"/>); null lets it stay.</summary>
    [Id(4)]
    public int? MovesAfter { get; init; }

    /// <summary>Nothing is asked: the picture is prepared for questions (<see cref="IOpenedImage.PrepareAsync"/>).</summary>
    [Id(5)]
    public bool Prepares { get; init; }
}
