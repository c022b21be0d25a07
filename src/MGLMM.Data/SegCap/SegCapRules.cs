using System.Text.RegularExpressions;
using MGLMM.Masks;

namespace MGLMM.Data.SegCap;

/// <summary>What a sample has to obey.</summary>
internal static partial class SegCapRules
{
    /// <summary>What is wrong with a sample, said before any model is asked; null if nothing is.</summary>
    public static string? FaultOf(SegCapSample sample)
    {
        if (sample.Width < 1 || sample.Height < 1)
        {
            return $"its picture cannot be {sample.Width}x{sample.Height}.";
        }

        if (sample.Labels.Count != sample.Masks.Count)
        {
            return $"it has {sample.Masks.Count} masks and {sample.Labels.Count} labels.";
        }

        if (sample.Masks.Contains(null!) || sample.Labels.Contains(null!) || sample.History.Contains(null!))
        {
            return "its masks, labels and history hold no nulls.";
        }

        if (sample.Region is { } region
            && !(region is [var left, var top, var width, var height] && left >= 0 && top >= 0 && width > 0 && height > 0
                && (long)left + width <= sample.Width && (long)top + height <= sample.Height))
        {
            return $"its region [{string.Join(", ", region)}] is no x, y, width, height within {sample.Width}x{sample.Height} pixels.";
        }

        try
        {
            SegCapFile.MasksOf(sample);
        }
        catch (InvalidDataException exception)
        {
            return exception.Message;
        }

        return sample.Version < 2 ? null : FaultOfVersion2(sample);
    }

    /// <summary>What a check finds beyond <see cref="FaultOf"/>: rules of the format that samples of version 1 were never held to.</summary>
    public static string? StrictFaultOf(SegCapSample sample)
    {
        if (FaultOfPhrases(sample) is { } fault)
        {
            return fault;
        }

        if (sample.Parents.Count > 0 && sample.Parents.Count != sample.Masks.Count)
        {
            return $"it has {sample.Masks.Count} masks and {sample.Parents.Count} parents.";
        }

        return sample.Turns.Count == 0 && sample.Instruction.Length == 0 ? "it asks nothing: its instruction is empty." : null;
    }

    /// <summary>Whether the answer of a sample of one question has a <c>[SEG]</c> for each mask, to which lines of version 1 were never held.</summary>
    public static string? FaultOfPhrases(SegCapSample sample) =>
        sample.Turns.Count == 0 && Phrases(sample.Answer) != sample.Masks.Count ? $"its answer has {Phrases(sample.Answer)} [SEG] and {sample.Masks.Count} masks." : null;

    private static string? FaultOfVersion2(SegCapSample sample)
    {
        if (sample.Turns.Count == 0)
        {
            if (sample.Instruction.Length == 0)
            {
                return "it has neither an instruction nor turns.";
            }

            return FaultOfQuestion(sample, string.Empty, sample.Answer, sample.Masks, sample.Labels, sample.Parents, sample.Target, sample.Ignore, sample.References)
                ?? FaultOfRegions(sample);
        }

        if (sample.Instruction.Length + sample.Answer.Length + sample.Masks.Count + sample.Labels.Count + sample.Parents.Count + sample.References.Count > 0)
        {
            return "it has turns, and an instruction, answer, masks, labels, parents or references beside them; these belong into the turns.";
        }

        if (sample.Pair is not null || sample.History.Count > 0)
        {
            return "a sample of several turns is no pair and has no history.";
        }

        foreach ((int index, SegCapQuestion turn) in sample.Turns.Index())
        {
            string place = $"turn {index + 1}: ";
            if (turn is null)
            {
                return place + "it is null.";
            }

            if (turn.Instruction.Length == 0)
            {
                return place + "its instruction is empty.";
            }

            if (FaultOfQuestion(sample, place, turn.Answer, turn.Masks, turn.Labels, turn.Parents, turn.Target ?? sample.Target, turn.Ignore, turn.References) is { } fault)
            {
                return fault;
            }
        }

        return FaultOfMask(sample, sample.Ignore, "the ignored pixels") ?? FaultOfRegions(sample);
    }

    private static string? FaultOfQuestion(
        SegCapSample sample,
        string place,
        string answer,
        IReadOnlyList<RunLengths> masks,
        IReadOnlyList<string> labels,
        IReadOnlyList<string?> parents,
        string? target,
        RunLengths? ignore,
        IReadOnlyList<string> references)
    {
        if (masks.Contains(null!) || labels.Contains(null!) || references.Contains(null!))
        {
            return place + "its masks, labels and references hold no nulls.";
        }

        if (labels.Count != masks.Count)
        {
            return $"{place}it has {masks.Count} masks and {labels.Count} labels.";
        }

        if (parents.Count > 0 && parents.Count != masks.Count)
        {
            return $"{place}it has {masks.Count} masks and {parents.Count} parents.";
        }

        if (Phrases(answer) != masks.Count)
        {
            return $"{place}its answer has {Phrases(answer)} [SEG] and {masks.Count} masks.";
        }

        if (target is not (null or SegCapTarget.None))
        {
            return $"{place}its target is '{target}'; the only one that is said is '{SegCapTarget.None}'.";
        }

        if (target == SegCapTarget.None && masks.Count > 0)
        {
            return $"{place}its target is none, and it has {masks.Count} masks.";
        }

        if (references.Count > 0 && !references.Contains(answer))
        {
            return place + "its references, which are all right answers, do not hold its answer.";
        }

        for (int index = 0; index < masks.Count; index++)
        {
            if (FaultOfMask(sample, masks[index], $"mask {index + 1}") is { } fault)
            {
                return place + fault;
            }
        }

        return FaultOfMask(sample, ignore, "the ignored pixels") is { } ignoreFault ? place + ignoreFault : null;
    }

    private static string? FaultOfRegions(SegCapSample sample)
    {
        Dictionary<string, string?> parents = new(StringComparer.Ordinal);
        foreach (SegCapRegion? region in sample.Regions)
        {
            if (region is null)
            {
                return "its regions hold no nulls.";
            }

            if (!parents.TryAdd(region.Id, region.Parent))
            {
                return $"two regions have the id '{region.Id}'.";
            }

            if (FaultOfMask(sample, region.Mask, $"the mask of region '{region.Id}'") is { } fault)
            {
                return fault;
            }
        }

        foreach ((string? id, string? parent) in parents)
        {
            if (parent is not null && !parents.ContainsKey(parent))
            {
                return $"region '{id}' is part of '{parent}', which is no region.";
            }
        }

        // Every way up ends at the picture; one that is longer than there are regions goes round. What led up once is not walked again.
        HashSet<string> known = new(StringComparer.Ordinal);
        foreach (string id in parents.Keys)
        {
            HashSet<string> walked = new(StringComparer.Ordinal);
            for (string? at = id; at is not null && !known.Contains(at); at = parents[at])
            {
                if (!walked.Add(at))
                {
                    return $"region '{at}' is part of itself.";
                }
            }

            known.UnionWith(walked);
        }

        return null;
    }

    private static string? FaultOfMask(SegCapSample sample, RunLengths? mask, string name)
    {
        try
        {
            mask?.ToMask(sample.Width, sample.Height);
            return null;
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            return $"{name}: {exception.Message}";
        }
    }

    private static int Phrases(string answer) => Seg().Count(answer);

    [GeneratedRegex(@"\[SEG\]")]
    private static partial Regex Seg();
}
