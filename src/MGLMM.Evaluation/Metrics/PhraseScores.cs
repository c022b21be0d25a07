namespace MGLMM.Evaluation.Metrics;

/// <summary>Precision, recall and F1 of an answer's phrases: two bags, in which equal phrases are common.</summary>
internal readonly record struct PhraseScores(double Precision, double Recall, double F1)
{
    public static PhraseScores Of(IReadOnlyList<string> wanted, IReadOnlyList<string> got)
    {
        if (wanted.Count + got.Count == 0)
        {
            return new PhraseScores(1, 1, 1);
        }

        List<string> rest = new(wanted);
        int common = got.Count(rest.Remove);
        return new PhraseScores(got.Count == 0 ? 0 : (double)common / got.Count, wanted.Count == 0 ? 0 : (double)common / wanted.Count, 2d * common / (wanted.Count + got.Count));
    }
}
