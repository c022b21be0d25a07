using MGLMM.Data.Input;

namespace MGLMM.Data.Readers;

/// <summary>What was said about one object of a picture, or several, or none.</summary>
/// <param name="Id">The reference.</param>
/// <param name="Image">The picture.</param>
/// <param name="Annotations">The objects; empty where nothing in the picture is meant.</param>
/// <param name="Split">The split.</param>
/// <param name="Sentences">What was said.</param>
/// <param name="Place">Where it stands in its file.</param>
internal sealed record ReferringExpression(long Id, long Image, long[] Annotations, string Split, IReadOnlyList<ReferringSentence> Sentences, string Place)
{
    private const long NoAnnotation = -1;

    /// <summary>Reads an entry of a <c>refs(...)</c> file, JSON or pickle.</summary>
    public static ReferringExpression From(JsonPlace entry)
    {
        JsonPlace annotation = entry["ann_id"];
        long[] annotations = annotation.IsList ? [.. annotation.Items().Select(id => id.Integer())] : [annotation.Integer()];
        bool empty = annotations is [] or [NoAnnotation] || (entry.Find("no_target")?.Truth() ?? false);
        if (!empty && annotations.Contains(NoAnnotation))
        {
            throw annotation.Says("it holds -1, which says that nothing is meant, beside other ids.");
        }

        return new ReferringExpression(
            entry["ref_id"].Integer(),
            entry["image_id"].Integer(),
            empty ? [] : annotations,
            entry["split"].Text(),
            [.. entry["sentences"].Items().Select(ReferringSentence.From)],
            entry.Path);
    }
}

/// <summary>A sentence.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Text">Its cleaned text.</param>
/// <param name="Exists">Whether what it says is there.</param>
internal sealed record ReferringSentence(long Id, string Text, bool Exists)
{
    public static ReferringSentence From(JsonPlace sentence) => new(
        sentence["sent_id"].Integer(), (sentence.Find("sent") ?? sentence["raw"]).Text(), sentence.Find("exist")?.Truth() ?? true);
}
