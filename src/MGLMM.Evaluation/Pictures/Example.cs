using MGLMM.Data.SegCap;

namespace MGLMM.Evaluation.Pictures;

/// <summary>A sample that shows what a task's answers are like.</summary>
/// <param name="Task">The task.</param>
/// <param name="Rank">Why it was chosen.</param>
/// <param name="SampleId">The sample.</param>
/// <param name="Quality">What it was ranked by, 0 to 1: IoU of the pairs over the larger number of masks, METEOR of a description, or right and wrong.</param>
/// <param name="History">Earlier turns, oldest first.</param>
/// <param name="Instruction">What was asked.</param>
/// <param name="Truth">What should have been answered, with markup.</param>
/// <param name="Answer">What was answered, with markup.</param>
/// <param name="Picture">The picture's file: truth on the left, answer on the right, or the picture alone where neither has masks.</param>
public sealed record Example(
    string Task, ExampleRank Rank, string SampleId, double Quality, IReadOnlyList<SegCapTurn> History, string Instruction, string Truth, string Answer, string Picture);

/// <summary>Which sample of a task an example is.</summary>
public enum ExampleRank
{
    /// <summary>The best; of several, the middle one in the file.</summary>
    Best,

    /// <summary>The median.</summary>
    Median,

    /// <summary>The worst; of several, the middle one in the file.</summary>
    Worst,
}
