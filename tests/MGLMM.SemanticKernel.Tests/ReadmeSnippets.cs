using MGLMM.Masks;
using MGLMM.Runtime;
using MGLMM.Runtime.Answers;
using MGLMM.Vision;
using Microsoft.SemanticKernel;

namespace MGLMM.SemanticKernel.Tests;

/// <summary>The README's code, compiled: <see cref="ReadmeTests"/> holds the two together line by line.</summary>
internal static class ReadmeSnippets
{
    public static async Task Engine()
    {
        using MglmmModel model = MglmmModel.Load("path/to/bundle");      // once; thread-safe
        OpenedImage image = model.OpenImage("picture.png");              // or a stream, bytes, raw RGB pixels

        Dialogue dialogue = image.StartDialogue();
        GroundedAnswer answer = await dialogue.AskAsync(model.Instructions.Fill("segment_and_caption.instance"));
        foreach (GroundedSegment segment in answer.Segments)
        {
            Console.WriteLine($"{segment.Phrase}: {segment.Mask.Area} px, {CocoRle.Encode(segment.Mask)}");
        }

        await foreach (AnswerPiece piece in dialogue.StreamAsync("What is beside it?"))
        {
            Console.Write((piece as TextPiece)?.Text);
        }
    }

    public static void Plugin(MglmmModel model)
    {
        VisionToolset toolset = new(model);
        toolset.AddImage("photo", File.ReadAllBytes("picture.png"));     // or allow folders in its options; nothing is allowed by default

        Kernel kernel = Kernel.CreateBuilder().Build();                  // add your chat model to the builder
        kernel.Plugins.AddMglmmVision(toolset);
    }
}
