using System.Text.Json;
using MGLMM.Data.Import;
using MGLMM.Data.Input;
using MGLMM.Data.SegCap;
using MGLMM.Data.Text;

namespace MGLMM.Data.Readers;

/// <summary>LLaVA-instruct: a list of conversations about pictures. The same for training and evaluation.</summary>
internal sealed class LlavaInstructReader : IDatasetReader
{
    private const string ImageToken = "<image>";

    private static readonly string[] Pictures = ["../coco/train2017", "../train2017", "train2017", "../coco/train2014", "images"];

    public ImportPlan Read(ImportScope scope, CancellationToken cancellationToken)
    {
        string path = File.Exists(scope.Folder)
            ? scope.Folder
            : scope.File("The conversations", "llava_instruct_150k.json", "llava_instruct_80k.json", "conversation_58k.json", "detail_23k.json", "complex_reasoning_77k.json", "llava_v1_5_mix665k.json");
        return scope.PlanOfList(path, "conversations", (entry, index, log) => Make(scope, entry, index, log), cancellationToken);
    }

    private static SegCapSample? Make(ImportScope scope, JsonPlace entry, int index, ImportLog log)
    {
        if (entry.Find("image") is not { } image)
        {
            log.LeaveOut("a conversation is about no picture", entry.Path);
            return null;
        }

        Picture picture = scope.PictureOf(PictureName.Of(image), log, Pictures);
        if (picture.Size() is not { } size)
        {
            log.LeaveOut("the picture was not found or cannot be read, and nothing else says its size", image.Text());
            return null;
        }

        List<SegCapQuestion> questions = Questions(entry["conversations"], log);
        if (questions.Count == 0)
        {
            log.LeaveOut("a conversation asks nothing", entry.Path);
            return null;
        }

        Dictionary<string, JsonElement> ids = SourceIds.Of("index", index);
        if (entry.Find("id") is { } id)
        {
            ids["id"] = SourceIds.Value(CaptionTruth.IdOf(id));
        }

        return scope.Sample($"{scope.Kind}-{index}", picture, size.Width, size.Height, questions.Count == 1 ? "question" : "dialogue", questions, null, ids);
    }

    /// <summary>The turns: what comes before the first question is skipped, then questions and answers have to follow each other.</summary>
    private static List<SegCapQuestion> Questions(JsonPlace conversation, ImportLog log)
    {
        List<SegCapQuestion> questions = new();
        string? asked = default(string);
        foreach (JsonPlace turn in conversation.Items())
        {
            string text = turn["value"].Text().Replace(ImageToken, string.Empty, StringComparison.Ordinal).Trim();
            switch (turn["from"].Text())
            {
                case "human" when asked is null:
                    asked = text;
                    break;
                case "gpt" when asked is not null:
                    if (asked.Length > 0 && Wordings.IsPlain(text) && Wordings.IsPlain(asked))
                    {
                        questions.Add(new SegCapQuestion { Instruction = asked, Answer = text });
                    }
                    else
                    {
                        log.LeaveOut(asked.Length == 0 ? "a question is empty" : "a turn holds mark-up", turn.Path);
                    }

                    asked = null;
                    break;
                case "gpt" when questions.Count == 0:
                    break;
                case "human" or "gpt":
                    throw turn["from"].Says("two turns of one speaker follow each other.");
                default:
                    throw turn["from"].Says("it is neither 'human' nor 'gpt'.");
            }
        }

        if (asked is not null)
        {
            log.LeaveOut("a question has no answer", conversation.Path);
        }

        return questions;
    }
}
