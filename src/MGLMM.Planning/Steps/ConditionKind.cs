namespace MGLMM.Planning.Steps;

/// <summary>What a <see cref="Condition"/> says.</summary>
internal enum ConditionKind
{
    /// <summary>A side of the picture.</summary>
    Place,

    /// <summary>How it lies to another thing.</summary>
    Relation,

    /// <summary>Between two things.</summary>
    Between,

    /// <summary>A part or clothes that it has.</summary>
    Having,

    /// <summary>A part or clothes that it has not.</summary>
    Without,

    /// <summary>Its colour.</summary>
    Colour,

    /// <summary>That it is another one.</summary>
    OtherThan,

    /// <summary>That it is larger or smaller than another thing.</summary>
    Compared,

    /// <summary>What it does, which no mask and no name tells.</summary>
    Unchecked,
}
