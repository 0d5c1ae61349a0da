import { Component, h, type FunctionComponent } from 'preact';

/** Renders again only when a prop is another one; signals that are read inside still do. Saves preact/compat. */
export function memo<P extends object>(render: FunctionComponent<P>): FunctionComponent<P> {
  return class Memo extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      return (Object.keys(next) as (keyof P)[]).some((name) => next[name] !== this.props[name]);
    }
    override render() {
      return h(render, this.props);
    }
  } as unknown as FunctionComponent<P>;
}
