using System.Text.Json.Serialization;

namespace MGLMM.Data.Import;

/// <summary>How far an import is.</summary>
/// <param name="Fingerprint">What was imported and how: another import does not go on from here.</param>
/// <param name="Bytes">Bytes of the part that are complete.</param>
/// <param name="Items">Items of the data set that are done.</param>
/// <param name="Samples">Samples written.</param>
/// <param name="Questions">Questions in them.</param>
/// <param name="Masks">Masks of their answers.</param>
/// <param name="LeftOut">What these items left out.</param>
/// <param name="Notes">What these items took, but not as it stands.</param>
internal sealed record ImportState(
    string Fingerprint, long Bytes, long Items, long Samples, long Questions, long Masks, IReadOnlyList<ImportRemark> LeftOut, IReadOnlyList<ImportRemark> Notes)
{
    /// <summary>Whether these items took pictures in a way that later ones depend on: whoever goes on makes them again, without writing them.</summary>
    public bool MadeAgain { get; init; }
}

/// <summary>Source-generated JSON of how far an import is.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ImportState))]
[JsonSerializable(typeof(ImportOptions))]
internal sealed partial class ImportJson : JsonSerializerContext;
