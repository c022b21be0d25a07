using System.Text;
using MGLMM.Data.Coco;
using MGLMM.Data.Import;
using MGLMM.Data.Input;
using MGLMM.Data.SegCap;
using MGLMM.Data.Text;
using MGLMM.Masks;

namespace MGLMM.Data.Readers;

/// <summary>
/// MUSE: a list of pictures with questions about several objects each. Answers are texts with <c>{seg}</c>, or are put together from the objects' names.
/// For training at most three questions of a picture, and only those whose objects are named right before their mask, as in the published reader; for
/// evaluation all of them.
/// </summary>
internal sealed class MuseReader : IDatasetReader
{
    private const int QuestionsInTraining = 3;
    private const int FurthestName = 5;
    private const string Seg = "{seg}";

    public ImportPlan Read(ImportScope scope, CancellationToken cancellationToken)
    {
        string split = scope.SplitOr("train", "val");
        string path = scope.File($"The questions of the split '{split}'", $"MUSE_{split}.json", $"muse_{split}.json", $"MUSE/MUSE_{split}.json", $"{split}.json");
        return scope.PlanOfList(path, "pictures", (entry, index, log) => Make(scope, entry, index, split, log), cancellationToken);
    }

    private static SegCapSample? Make(ImportScope scope, JsonPlace entry, int index, string split, ImportLog log)
    {
        (string? name, string[]? folders) = PictureOf(entry);
        (int width, int height) = (entry["width"].Integer(1, 1 << 16), entry["height"].Integer(1, 1 << 16));
        if (entry.Find("ann_list") is { Count: 0 })
        {
            log.LeaveOut("a picture has no annotation", entry.Path);
            return null;
        }

        (JsonPlace questions, JsonPlace answers, JsonPlace? texts) = (entry["questions"], entry["answers"], entry.Find("text_answers"));
        if (questions.Count != answers.Count || (texts is { } given && given.Count != answers.Count))
        {
            throw entry.Says($"it has {questions.Count} questions and {answers.Count} answers.");
        }

        if (questions.Count == 0)
        {
            log.LeaveOut("a picture has no question", entry.Path);
            return null;
        }

        string id = $"{scope.Kind}-{split}-{index}";
        Random? random = scope.ForEvaluation ? null : scope.RandomOf(id);
        int[] order = [.. Enumerable.Range(0, questions.Count)];
        if (random is not null && order.Length > QuestionsInTraining)
        {
            random.Shuffle(order);
            order = order[..QuestionsInTraining];
        }

        List<SegCapQuestion> turns = new();
        foreach (int number in order)
        {
            string? text = texts is { } all && all[number].Kind != System.Text.Json.JsonValueKind.Null ? all[number].Text() : null;
            if (Question(questions[number], answers[number], text, width, height, random is not null, log) is { } question)
            {
                turns.Add(question with { Ids = SourceIds.Of("question", number) });
            }
        }

        return turns.Count == 0
            ? null
            : scope.Sample(id, scope.PictureOf(name, log, folders), width, height, "reason", turns, split, SourceIds.Of("index", index));
    }

    private static (string Name, string[] Folders) PictureOf(JsonPlace entry)
    {
        if (entry.Find("file_name") is { } file)
        {
            return (PictureName.Of(file), ["../../coco/train2014", "../coco/train2014", "coco/train2014", "train2014"]);
        }

        string url = entry["coco_url"].Text();
        string year = url.Contains("train2017", StringComparison.Ordinal) ? "train2017" : "val2017";
        return (url.Split('/')[^1] is var name && PictureName.IsSafe(name) ? name : throw entry["coco_url"].Says("it ends in no name of a picture."), [$"../../coco/{year}", $"../coco/{year}", $"coco/{year}", year]);
    }

    private static SegCapQuestion? Question(JsonPlace question, JsonPlace answers, string? text, int width, int height, bool forTraining, ImportLog log)
    {
        string asked = question.Text().Trim();
        if (asked.Length == 0 || !Wordings.IsPlain(asked) || (asked.Contains('[', StringComparison.Ordinal) && asked.Contains(']', StringComparison.Ordinal)))
        {
            log.LeaveOut("a question is empty, or asks about a box of numbers", question.Path);
            return null;
        }

        (List<RunLengths> masks, List<string> names, List<string> phrases) = (new List<RunLengths>(), new List<string>(), new List<string>());
        foreach (JsonPlace answer in answers.Items())
        {
            masks.Add(RunLengths.Of(CocoSegmentation.ToMask(answer["segmentation"], width, height) ?? Mask.Empty(width, height)));
            names.Add(NameOf(answer["category_name"].Text()));
            phrases.Add(answer.Find("rephrased_name")?.Text().Trim() ?? names[^1]);
        }

        string? said = masks.Count == 0 ? null : text is null ? Listed(phrases, names) : Marked(text, names, forTraining);
        if (said is null)
        {
            log.LeaveOut("an answer has no objects, or its text and its objects do not belong together", question.Path);
            return null;
        }

        return new SegCapQuestion { Instruction = asked, Answer = said, Masks = masks, Labels = names, Expression = question.Text() };
    }

    /// <summary>A category in words: without underscores and without a remark in brackets.</summary>
    private static string NameOf(string category) => category.Replace('_', ' ').Trim().Split('(')[0].Trim();

    /// <summary>The objects in a row; where a phrase holds its object's name, that is what is marked.</summary>
    private static string? Listed(List<string> phrases, List<string> names)
    {
        string[] marked = new string[phrases.Count];
        for (int index = 0; index < marked.Length; index++)
        {
            (string phrase, string name) = (phrases[index].Trim('.').ToLowerInvariant(), names[index].ToLowerInvariant());
            if (name.Length == 0 || !Wordings.IsPlain(phrase) || !Wordings.IsPlain(name))
            {
                return null;
            }

            (int Start, int End)[] places = [.. WholeWords.Of(phrase, name, StringComparison.Ordinal)];
            marked[index] = places is [var (start, end), ..] ? phrase[..start] + Wordings.Grounded(phrase[start..end]) + phrase[end..] : Wordings.Grounded(name);
        }

        string text = marked.Length == 1 ? marked[0] : string.Join(", ", marked[..^1]) + " and " + marked[^1];
        return char.ToUpperInvariant(text[0]) + text[1..] + ".";
    }

    /// <summary>The text with masks for its <c>{seg}</c>; a name that stands close before one is its phrase. Null where they do not belong together.</summary>
    private static string? Marked(string text, List<string> names, bool needsNames)
    {
        text = text.Replace("{{", "{", StringComparison.Ordinal).Replace("}}", "}", StringComparison.Ordinal).Replace("</s>", string.Empty, StringComparison.Ordinal);
        string[] pieces = text.Split(Seg);
        if (!Wordings.IsPlain(text) || pieces.Length - 1 != names.Count)
        {
            return null;
        }

        StringBuilder marked = new();
        for (int index = 0; index < names.Count; index++)
        {
            (string piece, string name) = (pieces[index], names[index]);
            int? at = Close(piece, name) ?? Close(piece, name.Replace(' ', '_'));
            if (at is { } start)
            {
                marked.Append(piece, 0, start).Append(Wordings.Grounded(piece[start..].Trim()));
            }
            else if (needsNames)
            {
                return null;
            }
            else
            {
                marked.Append(piece).Append("[SEG]");
            }
        }

        return marked.Append(pieces[^1]).ToString();
    }

    /// <summary>Where a name stands last in a piece, if no more than a few characters follow it.</summary>
    private static int? Close(string piece, string name)
    {
        (int Start, int End)[] places = [.. WholeWords.Of(piece, name, StringComparison.Ordinal)];
        return places is [.., var (start, _)] && piece.Length - start - name.Length <= FurthestName ? start : null;
    }
}
