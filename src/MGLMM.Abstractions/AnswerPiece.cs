using System.Text.Json.Serialization;

namespace MGLMM;

/// <summary>A piece of an answer as it is made: <see cref="TextPiece"/>s, then one <see cref="CompletedPiece"/>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "piece")]
[JsonDerivedType(typeof(TextPiece), "text")]
[JsonDerivedType(typeof(CompletedPiece), "completed")]
public abstract record AnswerPiece
{
    private protected AnswerPiece()
    {
    }
}

/// <summary>Text that was just decoded, markup included.</summary>
/// <param name="Text">Never empty.</param>
public sealed record TextPiece(string Text) : AnswerPiece;

/// <summary>The finished answer, masks included; the last piece.</summary>
/// <param name="Answer">The whole answer.</param>
public sealed record CompletedPiece(GroundedAnswer Answer) : AnswerPiece;
