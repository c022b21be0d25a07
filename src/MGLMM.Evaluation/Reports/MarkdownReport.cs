using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MGLMM.Evaluation.Metrics;
using MGLMM.Evaluation.Pictures;

namespace MGLMM.Evaluation.Reports;

/// <summary>Results as a Markdown page: metrics, minimal pairs, other evaluations beside this one, pictures, definitions.</summary>
public static partial class MarkdownReport
{
    private static readonly (string Title, (string Name, string Title)[] Columns)[] Tables =
    [
        ("Masks, one by one", [("miou", "mIoU"), ("ap50", "AP50"), ("mask_recall", "mask recall"), ("pq", "PQ"), ("sq", "SQ"), ("rq", "RQ")]),
        ("Masks, all of an answer together", [("giou", "gIoU"), ("ciou", "cIoU"), ("t_acc", "T-acc"), ("n_acc", "N-acc")]),
        ("Targets by pixel, and how many are met", [("t_acc_pixel", "T-acc by pixel"), ("n_acc_pixel", "N-acc by pixel"), ("pr70", "Pr@.7"), ("pr80", "Pr@.8"), ("pr90", "Pr@.9")]),
        ("Phrases", [("phrase_f1", "F1"), ("phrase_precision", "precision"), ("phrase_recall", "recall")]),
        ("Descriptions", [("meteor", "METEOR without synonyms"), ("meteor_wordnet", "METEOR with WordNet's synonyms"), ("cider", "CIDEr-D")]),
        ("Short answers", [("accuracy", "accuracy")]),
    ];

    private const string Intervals =
        """
        ## What the numbers mean

        The protocol is named at the top, with what its numbers compare with. Intervals are 95 % percentile bootstraps over samples (1,000 draws, fixed seed).

        """;

    private const string Definitions =
        """
        ## What the numbers mean

        Answers are generated freely, token by token; nothing of the truth is given, except that the earlier turns of a follow-up are those of the file.
        Intervals are 95 % percentile bootstraps over samples (1,000 draws, fixed seed).

        - **mIoU**: predicted and true masks are paired one to one, the largest IoU first, as in the official evaluation; the mean IoU of the pairs,
          then the mean over samples. It does not count what was not found; mask recall and PQ do.
        - **AP50**: average precision at IoU 0.5, one category, equal scores, read off at 101 recalls (COCO).
        - **mask recall**: share of the true masks whose partner has IoU 0.5 or more and is called by the right name.
        - **PQ**: panoptic quality, the mean over labels of the IoU of matched segments / (matched + half of the unmatched). A phrase counts for the label
          that it is about; what is about no label of the file counts for none.
        - **gIoU**, **cIoU**: all masks of an answer as one; the mean IoU over samples (1 where nothing is wanted and nothing is marked), and all
          intersections over all unions.
        - **T-acc**, **N-acc** (gRefCOCO): share of samples with a target where any pixel is marked, and of samples without a target where none is.
        - **phrase F1**: grounded phrases that are the same, word for word; means over samples.
        - **METEOR without synonyms**: exact and Porter stem matches, alpha 0.9, beta 3, gamma 0.5, as NLTK computes it but without WordNet; not comparable
          with METEOR 1.5. **CIDEr-D**: n-grams of 1 to 4 words, weighted by how rare they are in this file's truths of the task, 0 to 10; not comparable between files.
        - **accuracy**: the same words as the truth, whatever the case and punctuation. Of a minimal pair: "yes" where the question is true, "no" where it is
          not.

        """;

    /// <summary>The whole page.</summary>
    /// <param name="result">What was found.</param>
    /// <param name="comparisons">Other evaluations of the same kind.</param>
    /// <param name="folder">Where the page will lie: links to pictures are relative to it.</param>
    public static string Write(EvaluationResult result, IReadOnlyList<Comparison> comparisons, string folder)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(comparisons);
        StringBuilder text = new();
        WriteRun(text, result.Run);
        List<(string Name, TaskResult Result)> rows = Rows(result);
        foreach ((string title, (string Name, string Title)[] columns) in Tables)
        {
            WriteTable(text, title, columns, rows);
        }

        WritePairs(text, result.Pairs);
        WriteComparisons(text, result, comparisons);
        WritePublished(text, result.Run);
        if (result.Examples.Count > 0)
        {
            text.AppendLine("## Pictures").AppendLine();
            text.Append(WriteExamples(result.Examples, folder));
        }

        text.AppendLine((result.Run.Protocol == EvaluationProtocol.Own ? Definitions : Intervals).TrimEnd());
        return text.Replace("\r\n", "\n").ToString();
    }

    /// <summary>The pictures alone, with what was asked and answered.</summary>
    /// <inheritdoc cref="Write"/>
    public static string WriteExamples(IReadOnlyList<Example> examples, string folder)
    {
        ArgumentNullException.ThrowIfNull(examples);
        StringBuilder text = new();
        text.AppendLine("The truth is on the left, the model's answer on the right; masks that belong together have the same colour. A sample's score is the IoU of its");
        text.AppendLine("mask pairs over the larger number of masks, the METEOR of a description, or 1 for right and 0 for wrong.").AppendLine();
        foreach (IGrouping<string, Example> task in examples.GroupBy(example => example.Task, StringComparer.Ordinal))
        {
            text.Append("### ").AppendLine(task.Key).AppendLine();
            foreach (Example? example in task)
            {
                text.Append(CultureInfo.InvariantCulture, $"**{example.Rank}** ({example.Quality:F2}), sample {Escape(example.SampleId)}").AppendLine().AppendLine();
                text.Append(CultureInfo.InvariantCulture, $"![{task.Key}, {example.Rank.ToString().ToLowerInvariant()}]({Link(example.Picture, folder)})").AppendLine().AppendLine();
                foreach ((string instruction, string answer) in example.History)
                {
                    text.Append("> Before: ").Append(Escape(instruction)).Append(' ').AppendLine(Readable(answer)).AppendLine(">");
                }

                text.Append("> ").AppendLine(Escape(example.Instruction)).AppendLine(">");
                text.Append("> Truth: ").AppendLine(Readable(example.Truth)).AppendLine(">");
                text.Append("> Answer: ").AppendLine(Readable(example.Answer)).AppendLine();
            }
        }

        return text.Replace("\r\n", "\n").ToString();
    }

    private static void WriteRun(StringBuilder text, EvaluationRun run)
    {
        text.Append("# Evaluation of ").AppendLine(Escape(run.Model)).AppendLine();
        text.Append(CultureInfo.InvariantCulture, $"{run.Samples} samples about {run.Pictures} pictures of `{run.File}`, model precision {run.Precision}");
        if (run.Answered > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"; {run.Answered} answered in this run, {run.Elapsed.TotalMilliseconds / run.Answered:F1} ms each");
        }

        text.AppendLine(".").AppendLine();
        text.Append("Protocol: **").Append(run.Protocol.ToString().ToLowerInvariant()).AppendLine("**.").AppendLine();
        foreach (string note in ProtocolNotes.Of(run))
        {
            text.Append("- ").AppendLine(note);
        }

        text.AppendLine();
        if (run.Shuffled)
        {
            text.AppendLine("**Pictures were shuffled: every question was asked about another sample's picture. What is right here was answered without looking.**").AppendLine();
        }
    }

    /// <summary>Every task, and below it its granularities where it has several.</summary>
    private static List<(string Name, TaskResult Result)> Rows(EvaluationResult result)
    {
        List<(string Name, TaskResult Result)> rows = new();
        foreach ((string task, TaskResult values) in result.Tasks.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            rows.Add((task, values));
            if (result.Granularities.TryGetValue(task, out IReadOnlyDictionary<string, TaskResult>? granularities))
            {
                rows.AddRange(granularities.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => ($"{task}: {entry.Key}", entry.Value)));
            }
        }

        return rows;
    }

    private static void WriteTable(StringBuilder text, string title, (string Name, string Title)[] columns, List<(string Name, TaskResult Result)> all)
    {
        List<(string Name, TaskResult Result)> rows = all.FindAll(row => columns.Any(column => Find(row.Result, column.Name) is not null));
        if (rows.Count == 0)
        {
            return;
        }

        (string Name, string Title)[] shown = columns.Where(column => rows.Exists(row => Find(row.Result, column.Name) is not null)).ToArray();
        text.Append("## ").AppendLine(title).AppendLine();
        WriteRow(text, ["task", "samples", .. shown.Select(column => column.Title)]);
        WriteRow(text, ["---", "---:", .. shown.Select(_ => "---:")]);
        foreach ((string task, TaskResult result) in rows)
        {
            WriteRow(text, [task, Number(result.Count), .. shown.Select(column => Cell(Find(result, column.Name)))]);
        }

        text.AppendLine();
    }

    private static void WritePairs(StringBuilder text, IReadOnlyDictionary<string, TaskResult> pairs)
    {
        if (pairs.Count == 0)
        {
            return;
        }

        text.AppendLine("## Minimal pairs").AppendLine();
        text.AppendLine("Two questions about one picture that differ in one word, one of them true: without looking, half of the questions and a quarter of the pairs at most.").AppendLine();
        WriteRow(text, ["what differs", "questions", "accuracy", "both of a pair right", "answered yes"]);
        WriteRow(text, ["---", "---:", "---:", "---:", "---:"]);
        foreach ((string kind, TaskResult result) in pairs.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            WriteRow(text, [kind, Number(result.Count), .. ((string[])["accuracy", "both_right", "says_yes"]).Select(name => Cell(Find(result, name)))]);
        }

        text.AppendLine();
    }

    private static void WriteComparisons(StringBuilder text, EvaluationResult result, IReadOnlyList<Comparison> comparisons)
    {
        if (comparisons.Count == 0)
        {
            return;
        }

        text.AppendLine("## Beside other evaluations").AppendLine();
        text.AppendLine("In brackets the difference to this one.").AppendLine();
        WriteRow(text, ["task", "metric", "this", .. comparisons.Select(comparison => Escape(comparison.Name))]);
        WriteRow(text, ["---", "---", "---:", .. comparisons.Select(_ => "---:")]);
        IEnumerable<(string Task, TaskResult Value)> tasks = result.Tasks.Select(entry => (Task: entry.Key, entry.Value)).OrderBy(entry => entry.Task, StringComparer.Ordinal)
            .Concat(result.Pairs.Select(entry => (Task: EvaluationJson.PairPrefix + entry.Key, entry.Value)).OrderBy(entry => entry.Task, StringComparer.Ordinal));
        foreach ((string task, TaskResult values) in tasks)
        {
            foreach (Metric metric in values.Metrics)
            {
                WriteRow(text, [task, metric.Name, Number(metric.Value), .. comparisons.Select(comparison => Difference(metric.Value, comparison.Find(task, metric.Name)))]);
            }
        }

        text.AppendLine();
    }

    private static void WritePublished(StringBuilder text, EvaluationRun run)
    {
        foreach (PublishedTable table in PublishedResults.Of(run.Datasets))
        {
            text.Append("## Published on ").AppendLine(table.Dataset).AppendLine();
            text.Append("In percent, as papers and repositories print them: ").Append(table.Measures).Append(". Protocol: ").Append(table.Protocol).Append('.');
            text.AppendLine(run.Datasets.Contains("drawn-mgsc") && table.Dataset == "MGSC" ? " These are photographs; the pictures here are drawn, and nothing compares." : " Whether ours compare is said at the top.").AppendLine();
            WriteRow(text, ["model", "results"]);
            WriteRow(text, ["---", "---"]);
            foreach ((string model, string values) in table.Rows)
            {
                WriteRow(text, [model, values]);
            }

            text.AppendLine();
        }
    }

    private static void WriteRow(StringBuilder text, IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).AppendLine(" |");

    private static Metric? Find(TaskResult result, string name) => result.Metrics.Concat(result.Further).FirstOrDefault(metric => metric.Name == name);

    private static string Cell(Metric? metric) => metric switch
    {
        null => string.Empty,
        { Low: { } low, High: { } high } => string.Create(CultureInfo.InvariantCulture, $"{metric.Value:F3} ({low:F3} to {high:F3})"),
        _ => Number(metric.Value),
    };

    private static string Difference(double value, double? other) =>
        other is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known:F3} ({known - value:+0.000;-0.000;0.000})") : string.Empty;

    private static string Number(double value) => value.ToString("F3", CultureInfo.InvariantCulture);

    private static string Number(int value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Link(string picture, string folder) =>
        string.Join('/', Path.GetRelativePath(Path.GetFullPath(folder), Path.GetFullPath(picture)).Split(Path.DirectorySeparatorChar).Select(Uri.EscapeDataString));

    /// <summary>Grounded phrases bold, the rest of the markup gone.</summary>
    private static string Readable(string answer)
    {
        StringBuilder text = new();
        int at = 0;
        foreach (Match match in AnswerText.Phrase().Matches(answer))
        {
            string phrase = Escape(AnswerText.Plain(match.Groups[1].Value));
            text.Append(Escape(AnswerText.Plain(answer[at..match.Index]))).Append(phrase.Length == 0 ? " " : $" **{phrase}** ");
            at = match.Index + match.Length;
        }

        text.Append(Escape(AnswerText.Plain(answer[at..])));
        string plain = SpaceBeforePunctuation().Replace(text.ToString(), "$1").Trim();
        return plain.Length == 0 ? "(nothing)" : plain;
    }

    /// <summary>A model's words are no markup of the page.</summary>
    private static string Escape(string text) =>
        Special().Replace(string.Concat(text.Select(character => char.IsControl(character) ? ' ' : character)), @"\$0");

    [GeneratedRegex(@" +([.,!?;:])")]
    private static partial Regex SpaceBeforePunctuation();

    [GeneratedRegex(@"[\\`*_{}\[\]<>#|~&$]")]
    private static partial Regex Special();
}
