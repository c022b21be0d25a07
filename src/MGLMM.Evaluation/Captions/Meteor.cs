namespace MGLMM.Evaluation.Captions;

/// <summary>
/// METEOR without synonyms: words are matched exactly, then by Porter stem; a WordNet stage is an option, and the result has another name then. Parameters and alignment are
/// those of NLTK's <c>meteor_score</c> after Lavie and Agarwal (2007), alpha 0.9, beta 3, gamma 0.5: F = PR / (alpha P + (1 - alpha) R),
/// score = F (1 - gamma (chunks / matches)^beta), and of several equal words the last ones are matched first.
/// </summary>
/// <remarks>
/// This is not METEOR 1.5, the Java program that COCO's caption evaluation runs, which has other weights, synonyms and paraphrases; its
/// values differ. Nor are values with synonyms NLTK's: that looks up the stems of words that no stage before has matched, which WordNet seldom knows; here the words are looked up.
/// </remarks>
internal static class Meteor
{
    private const double Alpha = 0.9;

    private const double Beta = 3;

    private const double Gamma = 0.5;

    /// <summary>0 to 1; 0 where no word matches. A caption equal to its reference of n words has 1 - 0.5 / n^3.</summary>
    /// <param name="candidate">What was said.</param>
    /// <param name="reference">What should have been.</param>
    /// <param name="synonyms">For a third stage: words that are left match by WordNet's synonyms; null leaves that stage out.</param>
    public static double Score(IReadOnlyList<string> candidate, IReadOnlyList<string> reference, WordNet? synonyms = null)
    {
        // For each word of the candidate the position of its partner, or -1.
        int[] partners = new int[candidate.Count];
        Array.Fill(partners, -1);
        bool[] taken = new bool[reference.Count];
        Match(candidate, reference, partners, taken);
        Match([.. candidate.Select(PorterStemmer.Stem)], [.. reference.Select(PorterStemmer.Stem)], partners, taken);

        if (synonyms is not null)
        {
            MatchSynonyms(candidate, reference, partners, taken, synonyms);
        }

        int matches = partners.Count(partner => partner >= 0);
        if (matches == 0)
        {
            return 0;
        }

        (double precision, double recall) = ((double)matches / candidate.Count, (double)matches / reference.Count);
        double mean = precision * recall / ((Alpha * precision) + ((1 - Alpha) * recall));
        return mean * (1 - (Gamma * Math.Pow((double)Chunks(partners) / matches, Beta)));
    }

    private static void Match(IReadOnlyList<string> candidate, IReadOnlyList<string> reference, int[] partners, bool[] taken)
    {
        Dictionary<string, Stack<int>> free = new(StringComparer.Ordinal);
        for (int index = 0; index < reference.Count; index++)
        {
            if (!taken[index])
            {
                if (!free.TryGetValue(reference[index], out Stack<int>? positions))
                {
                    free.Add(reference[index], positions = new Stack<int>());
                }

                positions.Push(index);
            }
        }

        for (int index = candidate.Count - 1; index >= 0; index--)
        {
            if (partners[index] < 0 && free.TryGetValue(candidate[index], out Stack<int>? positions) && positions.TryPop(out int position))
            {
                partners[index] = position;
                taken[position] = true;
            }
        }
    }

    private static void MatchSynonyms(IReadOnlyList<string> candidate, IReadOnlyList<string> reference, int[] partners, bool[] taken, WordNet synonyms)
    {
        for (int index = candidate.Count - 1; index >= 0; index--)
        {
            if (partners[index] >= 0)
            {
                continue;
            }

            IReadOnlySet<string> same = synonyms.SynonymsOf(candidate[index]);
            for (int place = reference.Count - 1; place >= 0; place--)
            {
                if (!taken[place] && same.Contains(reference[place]))
                {
                    (partners[index], taken[place]) = (place, true);
                    break;
                }
            }
        }
    }

    /// <summary>Runs of neighbouring words whose partners are neighbours too.</summary>
    private static int Chunks(int[] partners)
    {
        int chunks = 0;
        for (int index = 0; index < partners.Length; index++)
        {
            bool goesOn = index > 0 && partners[index - 1] >= 0 && partners[index] == partners[index - 1] + 1;
            chunks += partners[index] >= 0 && !goesOn ? 1 : 0;
        }

        return chunks;
    }
}
